import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.OpcUaDataType;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExtensionObject;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.enumerated.TimestampsToReturn;
import org.eclipse.milo.opcua.stack.core.types.structured.*;

/** Calls of methods, with the arguments that the server declares. */
final class Methods {
  private final OpcUaClient client;
  private final Values values;
  private final Function<String, NodeId> node;

  Methods(OpcUaClient client, Values values, Function<String, NodeId> node) {
    this.client = client;
    this.values = values;
    this.node = node;
  }

  /** @return the arguments that the method declares; none when it has no such property */
  private Argument[] declared(NodeId method, String property) throws Exception {
    var path =
        new BrowsePath(
            method,
            new RelativePath(
                new RelativePathElement[] {
                  new RelativePathElement(NodeIds.HasProperty, false, true, new QualifiedName(0, property))
                }));
    BrowsePathResult found = client.translateBrowsePaths(List.of(path)).getResults()[0];
    if (found.getTargets() == null || found.getTargets().length == 0) return new Argument[0];
    NodeId id = found.getTargets()[0].getTargetId().toNodeId(client.getNamespaceTable()).orElseThrow();
    Object value = client.readValue(0, TimestampsToReturn.Neither, id).value().getValue();
    if (!(value instanceof ExtensionObject[] objects)) return new Argument[0];
    Argument[] arguments = new Argument[objects.length];
    for (int at = 0; at < objects.length; at++) {
      arguments[at] = (Argument) objects[at].decode(client.getStaticEncodingContext());
    }
    return arguments;
  }

  JsonElement call(JsonObject request) throws Exception {
    String name = request.get("method").getAsString();
    NodeId method = node.apply(name);
    NodeId object = node.apply(request.has("object") ? request.get("object").getAsString() : name.split("\\.")[0]);
    JsonArray args = request.getAsJsonArray("args");
    List<NodeId> types = new ArrayList<>();
    if (request.has("types")) {
      for (JsonElement type : request.getAsJsonArray("types")) {
        types.add(OpcUaDataType.valueOf(type.getAsString()).getNodeId());
      }
    } else if (args.size() > 0) {
      for (Argument argument : declared(method, "InputArguments")) types.add(argument.getDataType());
    }
    if (types.size() != args.size()) {
      throw new IllegalArgumentException(name + " declares " + types.size() + " arguments, not " + args.size());
    }
    Variant[] inputs = new Variant[args.size()];
    for (int at = 0; at < inputs.length; at++) inputs[at] = new Variant(values.argument(args.get(at), types.get(at)));
    CallMethodResult result = client.call(List.of(new CallMethodRequest(object, method, inputs))).getResults()[0];
    JsonObject answer = new JsonObject();
    answer.addProperty("status", Values.statusName(result.getStatusCode()));
    JsonObject outputs = null;
    if (!result.getStatusCode().isBad()) {
      outputs = new JsonObject();
      Variant[] given = result.getOutputArguments() == null ? new Variant[0] : result.getOutputArguments();
      Argument[] names = given.length == 0 ? new Argument[0] : declared(method, "OutputArguments");
      for (int at = 0; at < given.length; at++) outputs.add(names[at].getName(), values.toJson(given[at]));
    }
    answer.add("outputs", outputs);
    return answer;
  }
}
