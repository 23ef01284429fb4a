import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.subscriptions.EventFilterBuilder;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaMonitoredItem;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaSubscription;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExtensionObject;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.enumerated.FilterOperator;
import org.eclipse.milo.opcua.stack.core.types.structured.*;

/** Data changes and events, told as they come. */
final class Notifications {
  private final OpcUaClient client;
  private final Values values;
  private final Function<String, NodeId> node;
  private final Consumer<JsonObject> say;

  Notifications(OpcUaClient client, Values values, Function<String, NodeId> node, Consumer<JsonObject> say) {
    this.client = client;
    this.values = values;
    this.node = node;
    this.say = say;
  }

  private void watch(List<OpcUaMonitoredItem> items) throws Exception {
    var subscription = new OpcUaSubscription(client, 100.0);
    subscription.create();
    subscription.addMonitoredItems(items);
    subscription.synchronizeMonitoredItems();
  }

  JsonElement subscribe(JsonArray nodes) throws Exception {
    List<OpcUaMonitoredItem> items = new ArrayList<>();
    for (JsonElement one : nodes) {
      var item = OpcUaMonitoredItem.newDataItem(node.apply(one.getAsString()));
      item.setSamplingInterval(100.0);
      item.setQueueSize(uint(100));
      item.setDataValueListener((of, value) -> tell("data", one.getAsString(), () -> values.plain(value)));
      items.add(item);
    }
    watch(items);
    return null;
  }

  /** `fields` as browse paths such as "0:Message" and "0:ActiveState/0:Id"; "" is the ConditionId. */
  JsonElement events(JsonObject request) throws Exception {
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
    var item = OpcUaMonitoredItem.newEventItem(node.apply(request.get("source").getAsString()), filter.build());
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

  private void tell(String kind, String from, Made made) {
    JsonObject message = new JsonObject();
    try {
      JsonObject content = made.make();
      if (from != null) content.add("node", new JsonPrimitive(from));
      message.add(kind, content);
      say.accept(message);
    } catch (Exception error) {
      error.printStackTrace();
    }
  }
}
