import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.milo.opcua.sdk.client.DiscoveryClient;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
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
  private Methods methods;
  private Notifications notifications;
  private int index;

  Session(Consumer<JsonObject> say) {
    this.say = say;
  }

  JsonElement perform(String what, JsonObject request) throws Exception {
    return switch (what) {
      case "connect" -> connect(request);
      case "disconnect" -> disconnect();
      case "endpoints" -> endpoints(request.get("url").getAsString());
      case "call" -> methods.call(request);
      case "read" -> read(request.getAsJsonArray("nodes"));
      case "write" -> write(request);
      case "browse" -> browse(node(request.get("node").getAsString()));
      case "subscribe" -> notifications.subscribe(request.getAsJsonArray("nodes"));
      case "events" -> notifications.events(request);
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
    methods = new Methods(client, values, this::node);
    notifications = new Notifications(client, values, this::node, say);
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

  private JsonElement read(JsonArray nodes) throws Exception {
    List<NodeId> ids = new ArrayList<>();
    for (JsonElement one : nodes) ids.add(node(one.getAsString()));
    JsonArray answers = new JsonArray();
    for (DataValue value : client.readValues(0, TimestampsToReturn.Both, ids)) answers.add(values.plain(value));
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
        for (DataValue value : data.getDataValues()) found.add(values.plain(value));
      }
      point = result.getContinuationPoint();
    } while (point != null && !point.isNull());
    return found;
  }
}
