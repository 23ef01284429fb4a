import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.milo.opcua.sdk.client.DiscoveryClient;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.subscriptions.EventFilterBuilder;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaMonitoredItem;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaSubscription;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.OpcUaDataType;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.builtin.*;
import org.eclipse.milo.opcua.stack.core.types.enumerated.*;
import org.eclipse.milo.opcua.stack.core.types.structured.*;

/** One session with the server, and what can be asked of it. */
final class Session {
  private static final String INSTANCES = "http://monashautomation.com/UA/MesPrinting/Instances/";
  private static final String TYPES = "http://monashautomation.com/UA/MesPrinting/";

  private final Consumer<JsonObject> say;
  private OpcUaClient client;
  private Values values;
  private int index;

  Session(Consumer<JsonObject> say) {
    this.say = say;
  }

  JsonElement perform(String what, JsonObject request) throws Exception {
    return switch (what) {
      case "connect" -> connect(request);
      case "disconnect" -> disconnect();
      case "endpoints" -> endpoints(request.get("url").getAsString());
      case "call" -> call(request);
      case "read" -> read(request.getAsJsonArray("nodes"));
      case "write" -> write(request);
      case "browse" -> browse(node(request.get("node").getAsString()));
      case "subscribe" -> subscribe(request.getAsJsonArray("nodes"));
      case "events" -> events(request);
      case "history" -> history(request);
      default -> throw new IllegalArgumentException("No operation " + what);
    };
  }

  private NodeId node(String text) {
    return text.startsWith("ns=") || text.startsWith("i=") ? NodeId.parse(text) : new NodeId(index, text);
  }

  private JsonElement connect(JsonObject request) throws Exception {
    String policy = Identity.text(request, "policy");
    String uri = (policy.isEmpty() ? SecurityPolicy.None : SecurityPolicy.valueOf(policy)).getUri();
    String mode = Identity.text(request, "mode");
    MessageSecurityMode wanted =
        policy.isEmpty()
            ? MessageSecurityMode.None
            : mode.isEmpty() ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.valueOf(mode);
    var identity = Identity.provider(request);
    client =
        OpcUaClient.create(
            request.get("url").getAsString(),
            all ->
                all.stream()
                    .filter(one -> one.getSecurityPolicyUri().equals(uri) && one.getSecurityMode() == wanted)
                    .findFirst(),
            transport -> {},
            config -> {
              config.setRequestTimeout(uint(20_000)).setIdentityProvider(identity);
              config.setApplicationName(LocalizedText.english("Interop client"));
              if (policy.isEmpty()) return;
              try {
                String certificate = Identity.text(request, "certificate");
                config.setApplicationUri(Identity.text(request, "applicationUri"));
                config.setCertificate(Identity.certificate(certificate));
                config.setCertificateChain(new X509Certificate[] {Identity.certificate(certificate)});
                config.setKeyPair(Identity.keyPair(certificate, Identity.text(request, "key")));
              } catch (Exception error) {
                throw new IllegalStateException(error);
              }
            });
    client.connect();
    values = new Values(client);
    var namespaces = client.readNamespaceTable();
    index = namespaces.getIndex(INSTANCES).intValue();
    JsonObject found = new JsonObject();
    found.addProperty("instances", index);
    found.addProperty("types", namespaces.getIndex(TYPES).intValue());
    return found;
  }

  private JsonElement disconnect() throws Exception {
    client.disconnect();
    return null;
  }

  private static JsonElement endpoints(String url) throws Exception {
    JsonArray found = new JsonArray();
    for (EndpointDescription one : DiscoveryClient.getEndpoints(url).get()) {
      JsonObject endpoint = new JsonObject();
      endpoint.addProperty("policy", one.getSecurityPolicyUri().replaceAll(".*#", ""));
      endpoint.addProperty("mode", one.getSecurityMode().name());
      JsonArray tokens = new JsonArray();
      for (UserTokenPolicy token : one.getUserIdentityTokens()) tokens.add(token.getTokenType().name());
      endpoint.add("tokens", tokens);
      found.add(endpoint);
    }
    return found;
  }

  /** @return the arguments that the method declares; none when it has no such property */
  private Argument[] declared(NodeId method, String property) throws UaException, Exception {
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

  private JsonElement call(JsonObject request) throws Exception {
    String name = request.get("method").getAsString();
    NodeId method = node(name);
    NodeId object = node(request.has("object") ? request.get("object").getAsString() : name.split("\\.")[0]);
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

  private JsonObject plain(DataValue value) throws Exception {
    JsonObject answer = new JsonObject();
    answer.add("value", values.toJson(value.value()));
    answer.addProperty("status", Values.statusName(value.statusCode()));
    answer.add("time", values.toJson(value.sourceTime()));
    return answer;
  }

  private JsonElement read(JsonArray nodes) throws Exception {
    List<NodeId> ids = new ArrayList<>();
    for (JsonElement one : nodes) ids.add(node(one.getAsString()));
    JsonArray answers = new JsonArray();
    for (DataValue value : client.readValues(0, TimestampsToReturn.Both, ids)) answers.add(plain(value));
    return answers;
  }

  private JsonElement write(JsonObject request) throws Exception {
    NodeId type = OpcUaDataType.valueOf(request.get("type").getAsString()).getNodeId();
    var value = DataValue.valueOnly(new Variant(values.argument(request.get("value"), type)));
    NodeId id = node(request.get("node").getAsString());
    StatusCode status = client.writeValues(List.of(id), List.of(value)).get(0);
    if (!status.isGood()) throw new UaException(status);
    return null;
  }

  private JsonElement browse(NodeId id) throws Exception {
    JsonArray found = new JsonArray();
    BrowseResult result =
        client.browse(
            new BrowseDescription(
                id, BrowseDirection.Forward, NodeIds.References, true, uint(0), uint(BrowseResultMask.All.getValue())));
    while (true) {
      if (!result.getStatusCode().isGood()) throw new UaException(result.getStatusCode());
      for (ReferenceDescription one : result.getReferences()) {
        JsonObject reference = new JsonObject();
        reference.addProperty("name", one.getBrowseName().name());
        reference.add("node", values.toJson(one.getNodeId()));
        found.add(reference);
      }
      ByteString more = result.getContinuationPoint();
      if (more == null || more.isNull()) return found;
      result = client.browseNext(false, List.of(more)).getResults()[0];
    }
  }

  private void watch(List<OpcUaMonitoredItem> items) throws Exception {
    var subscription = new OpcUaSubscription(client, 100.0);
    subscription.create();
    subscription.addMonitoredItems(items);
    subscription.synchronizeMonitoredItems();
  }

  private JsonElement subscribe(JsonArray nodes) throws Exception {
    List<OpcUaMonitoredItem> items = new ArrayList<>();
    for (JsonElement one : nodes) {
      var item = OpcUaMonitoredItem.newDataItem(node(one.getAsString()));
      item.setSamplingInterval(100.0);
      item.setQueueSize(uint(100));
      item.setDataValueListener((of, value) -> tell("data", one.getAsString(), () -> plain(value)));
      items.add(item);
    }
    watch(items);
    return null;
  }

  /** `fields` as browse paths such as "0:Message" and "0:ActiveState/0:Id"; "" is the ConditionId. */
  private JsonElement events(JsonObject request) throws Exception {
    var filter = new EventFilterBuilder();
    List<String> names = new ArrayList<>();
    NodeId type = NodeId.parse(request.get("type").getAsString());
    for (JsonElement one : request.getAsJsonArray("fields")) {
      names.add(one.getAsString());
      filter.select(operand(one.getAsString()));
    }
    filter.where(
        new ContentFilter(
            new ContentFilterElement[] {
              new ContentFilterElement(
                  FilterOperator.OfType,
                  new ExtensionObject[] {
                    ExtensionObject.encode(client.getStaticEncodingContext(), new LiteralOperand(new Variant(type)))
                  })
            }));
    var item = OpcUaMonitoredItem.newEventItem(node(request.get("source").getAsString()), filter.build());
    item.setQueueSize(uint(1000));
    item.setEventValueListener(
        (of, fields) ->
            tell("event", null, () -> {
              JsonObject event = new JsonObject();
              for (int at = 0; at < fields.length; at++) {
                event.add(names.get(at).isEmpty() ? "ConditionId" : names.get(at).replaceAll("\\d+:", ""),
                    values.toJson(fields[at]));
              }
              return event;
            }));
    watch(List.of(item));
    return null;
  }

  private static SimpleAttributeOperand operand(String path) {
    boolean whole = path.isEmpty();
    QualifiedName[] names =
        whole ? new QualifiedName[0]
            : Arrays.stream(path.split("/")).map(QualifiedName::parse).toArray(QualifiedName[]::new);
    return new SimpleAttributeOperand(
        whole ? NodeIds.ConditionType : NodeIds.BaseEventType,
        names,
        (whole ? AttributeId.NodeId : AttributeId.Value).uid(),
        null);
  }

  private interface Made {
    JsonObject make() throws Exception;
  }

  private void tell(String kind, String node, Made made) {
    JsonObject message = new JsonObject();
    try {
      JsonObject content = made.make();
      if (node != null) content.add("node", new JsonPrimitive(node));
      message.add(kind, content);
      say.accept(message);
    } catch (Exception error) {
      error.printStackTrace();
    }
  }

  private JsonElement history(JsonObject request) throws Exception {
    var details =
        new ReadRawModifiedDetails(
            false,
            new DateTime(Instant.parse(request.get("start").getAsString())),
            new DateTime(Instant.parse(request.get("end").getAsString())),
            uint(request.get("max").getAsInt()),
            false);
    NodeId id = node(request.get("node").getAsString());
    ByteString point = ByteString.NULL_VALUE;
    JsonArray found = new JsonArray();
    do {
      var which = new HistoryReadValueId(id, null, QualifiedName.NULL_VALUE, point);
      HistoryReadResult result =
          client.historyRead(details, TimestampsToReturn.Both, false, List.of(which)).getResults()[0];
      if (result.getStatusCode().isBad()) throw new UaException(result.getStatusCode());
      if (result.getHistoryData().decode(client.getStaticEncodingContext()) instanceof HistoryData data) {
        for (DataValue value : data.getDataValues()) found.add(plain(value));
      }
      point = result.getContinuationPoint();
    } while (point != null && !point.isNull());
    return found;
  }
}
