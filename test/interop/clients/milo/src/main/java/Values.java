import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.lang.reflect.Array;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.core.typetree.DataType;
import org.eclipse.milo.opcua.sdk.core.types.DynamicEnumType;
import org.eclipse.milo.opcua.sdk.core.types.DynamicStructType;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.OpcUaDataType;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.types.UaEnumeratedType;
import org.eclipse.milo.opcua.stack.core.types.UaStructuredType;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExpandedNodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExtensionObject;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned;
import org.eclipse.milo.opcua.stack.core.types.structured.StructureDefinition;
import org.eclipse.milo.opcua.stack.core.types.structured.StructureField;

/** Values as JSON and back. Structures are known by what the server says of their data types, nothing else. */
final class Values {
  private final OpcUaClient client;

  Values(OpcUaClient client) {
    this.client = client;
  }

  static String statusName(StatusCode code) {
    return StatusCodes.lookup(code.value()).map(names -> names[0].replace("_", "")).orElse(code.toString());
  }

  JsonElement toJson(Object value) throws Exception {
    if (value == null) return JsonNull.INSTANCE;
    if (value instanceof Variant variant) return toJson(variant.getValue());
    if (value instanceof Boolean one) return new JsonPrimitive(one);
    if (value instanceof Number one) return new JsonPrimitive(one);
    if (value instanceof LocalizedText text) return toJson(text.text());
    if (value instanceof QualifiedName name) return toJson(name.name());
    if (value instanceof NodeId id) return new JsonPrimitive(id.toParseableString());
    if (value instanceof ExpandedNodeId id) return new JsonPrimitive(id.toParseableString());
    if (value instanceof DateTime time) return new JsonPrimitive(time.getJavaInstant().toString());
    if (value instanceof StatusCode code) return new JsonPrimitive(statusName(code));
    if (value instanceof ByteString bytes) {
      return bytes.isNull() ? JsonNull.INSTANCE : new JsonPrimitive(Base64.getEncoder().encodeToString(bytes.bytes()));
    }
    if (value instanceof ExtensionObject object) {
      return object.isNull() ? JsonNull.INSTANCE : toJson(object.decode(client.getDynamicEncodingContext()));
    }
    if (value instanceof DynamicEnumType one) return new JsonPrimitive(one.getValue());
    if (value instanceof UaEnumeratedType one) return new JsonPrimitive(one.getValue());
    if (value instanceof DynamicStructType struct) {
      JsonObject fields = new JsonObject();
      for (Map.Entry<String, Object> field : struct.getMembers().entrySet()) {
        fields.add(field.getKey(), toJson(field.getValue()));
      }
      return fields;
    }
    if (value.getClass().isArray()) {
      JsonArray items = new JsonArray();
      for (int index = 0; index < Array.getLength(value); index++) items.add(toJson(Array.get(value, index)));
      return items;
    }
    return new JsonPrimitive(value.toString());
  }

  JsonObject plain(DataValue value) throws Exception {
    JsonObject answer = new JsonObject();
    answer.add("value", toJson(value.value()));
    answer.addProperty("status", statusName(value.statusCode()));
    answer.add("time", toJson(value.sourceTime()));
    return answer;
  }

  /** A value for an argument, as the data type says; structures as extension objects. */
  Object argument(JsonElement json, NodeId type) throws Exception {
    Object value = fromJson(json, type);
    if (value instanceof Variant any) return any.getValue();
    if (value instanceof UaStructuredType struct) {
      return ExtensionObject.encode(client.getDynamicEncodingContext(), struct);
    }
    if (value instanceof UaStructuredType[] structs) {
      return ExtensionObject.encodeArray(client.getDynamicEncodingContext(), structs);
    }
    return value;
  }

  private Object fromJson(JsonElement json, NodeId type) throws Exception {
    if (json == null || json.isJsonNull()) return null;
    var tree = client.getDataTypeTree();
    if (json.isJsonArray()) {
      JsonArray items = json.getAsJsonArray();
      Class<?> kind = tree.isStructType(type) ? DynamicStructType.class : tree.getBackingClass(type);
      Object array = Array.newInstance(kind, items.size());
      for (int index = 0; index < items.size(); index++) Array.set(array, index, fromJson(items.get(index), type));
      return array;
    }
    if (tree.isStructType(type)) return structure(json.getAsJsonObject(), tree.getDataType(type));
    return builtin(json, tree.getBuiltinType(type));
  }

  /**
   * Milo 1.1.0 counts only the optional fields that are there when it sets the bits of the encoding mask
   * (DynamicStructCodec.encodeStruct), so that the bit of a field after one that was left out is wrong. Hence all
   * optional fields before the last that is given are sent too, as null or 0.
   */
  private DynamicStructType structure(JsonObject json, DataType type) throws Exception {
    StructureField[] fields = ((StructureDefinition) type.getDataTypeDefinition()).getFields();
    if (fields == null) fields = new StructureField[0];
    int last = 0;
    for (int index = 0; index < fields.length; index++) {
      if (!fields[index].getIsOptional() || json.has(fields[index].getName())) last = index;
    }
    for (String name : json.keySet()) {
      boolean known = false;
      for (StructureField field : fields) known = known || name.equals(field.getName());
      if (!known) throw new IllegalArgumentException(type.getBrowseName() + " has no field " + name);
    }
    var members = new LinkedHashMap<String, Object>();
    for (int index = 0; index <= last && index < fields.length; index++) {
      StructureField field = fields[index];
      Object value = fromJson(json.get(field.getName()), field.getDataType());
      if (value == null && field.getDataType().equals(NodeIds.Int16)) value = (short) 0;
      members.put(field.getName(), value);
    }
    return new DynamicStructType(type, members);
  }

  private static Object builtin(JsonElement json, OpcUaDataType type) {
    return switch (type) {
      case Boolean -> json.getAsBoolean();
      case SByte -> json.getAsByte();
      case Byte -> Unsigned.ubyte(json.getAsInt());
      case Int16 -> json.getAsShort();
      case UInt16 -> Unsigned.ushort(json.getAsInt());
      case Int32 -> json.getAsInt();
      case UInt32 -> Unsigned.uint(json.getAsLong());
      case Int64 -> json.getAsLong();
      case UInt64 -> Unsigned.ulong(json.getAsLong());
      case Float -> json.getAsFloat();
      case Double -> json.getAsDouble();
      case String -> json.getAsString();
      case DateTime -> new DateTime(Instant.parse(json.getAsString()));
      case ByteString -> ByteString.of(Base64.getDecoder().decode(json.getAsString()));
      case NodeId -> NodeId.parse(json.getAsString());
      case QualifiedName -> new QualifiedName(0, json.getAsString());
      case LocalizedText -> new LocalizedText("", json.getAsString());
      case Variant -> variant(json);
      default -> throw new IllegalArgumentException("No value of type " + type + " is made from JSON");
    };
  }

  /** Text, truth and numbers as what they are in JSON; others as {"type": "Int32", "value": 1}. */
  private static Variant variant(JsonElement json) {
    if (json.isJsonObject()) {
      JsonObject typed = json.getAsJsonObject();
      return Variant.of(builtin(typed.get("value"), OpcUaDataType.valueOf(typed.get("type").getAsString())));
    }
    JsonPrimitive one = json.getAsJsonPrimitive();
    if (one.isBoolean()) return Variant.ofBoolean(one.getAsBoolean());
    return one.isNumber() ? Variant.ofDouble(one.getAsDouble()) : Variant.ofString(one.getAsString());
  }
}
