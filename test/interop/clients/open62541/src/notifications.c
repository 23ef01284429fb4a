/* Subscriptions, and history. What a subscription needs lives as long as the program. */
#include "session.h"
#include "values.h"

#include <stdlib.h>
#include <string.h>

#include <open62541/client_subscriptions.h>

static UA_StatusCode subscription(UA_UInt32 *id) {
    UA_CreateSubscriptionRequest request = UA_CreateSubscriptionRequest_default();
    request.requestedPublishingInterval = 100;
    UA_CreateSubscriptionResponse response =
        UA_Client_Subscriptions_create(currentClient(), request, NULL, NULL, NULL);
    *id = response.subscriptionId;
    return response.responseHeader.serviceResult;
}

static void onData(UA_Client *client, UA_UInt32 subId, void *subContext, UA_UInt32 monId, void *node,
                   UA_DataValue *value) {
    (void)client, (void)subId, (void)subContext, (void)monId;
    Out line = {0};
    put(&line, "{\"data\":{");
    putName(&line, "node");
    putString(&line, (const char *)node, strlen((const char *)node));
    put(&line, ",");
    putDataValue(&line, value);
    put(&line, "}}");
    say(&line);
    clearOut(&line);
}

UA_StatusCode subscribeData(Json request, Out *result) {
    (void)result;
    UA_UInt32 id;
    Json nodes;
    UA_StatusCode status = subscription(&id);
    field(request, "nodes", &nodes);
    for(unsigned int at = 0; at < sizeOf(nodes) && status == UA_STATUSCODE_GOOD; at++) {
        char *node = stringOf(element(nodes, at));
        UA_MonitoredItemCreateRequest item = UA_MonitoredItemCreateRequest_default(nodeOf(node));
        item.requestedParameters.samplingInterval = 100;
        item.requestedParameters.queueSize = 100;
        UA_MonitoredItemCreateResult made = UA_Client_MonitoredItems_createDataChange(
            currentClient(), id, UA_TIMESTAMPSTORETURN_BOTH, item, node, onData, NULL);
        status = made.statusCode;
        UA_MonitoredItemCreateResult_clear(&made);
        UA_MonitoredItemCreateRequest_clear(&item);
    }
    return status;
}

typedef struct {
    size_t size;
    char **names;
} Fields;

/* Without namespaces; "" is the ConditionId. */
static char *plainName(const char *path) {
    char *made = (char *)calloc(strlen(path) + sizeof("ConditionId"), 1), *to = made;
    if(!made)
        exit(1);
    for(const char *at = path; *at; at++) {
        const char *colon = at + strspn(at, "0123456789");
        if((at == path || at[-1] == '/') && *colon == ':')
            at = colon;
        else
            *to++ = *at;
    }
    if(!*path)
        strcpy(made, "ConditionId");
    return made;
}

static void onEvent(UA_Client *client, UA_UInt32 subId, void *subContext, UA_UInt32 monId, void *context,
                    const UA_KeyValueMap eventFields) {
    (void)client, (void)subId, (void)subContext, (void)monId;
    const Fields *fields = (const Fields *)context;
    Out line = {0};
    put(&line, "{\"event\":{");
    for(size_t at = 0; at < fields->size && at < eventFields.mapSize; at++) {
        put(&line, at > 0 ? "," : "");
        putName(&line, fields->names[at]);
        putVariant(&line, &eventFields.map[at].value);
    }
    put(&line, "}}");
    say(&line);
    clearOut(&line);
}

static UA_SimpleAttributeOperand operandOf(char *path) {
    UA_SimpleAttributeOperand operand;
    UA_SimpleAttributeOperand_init(&operand);
    operand.typeDefinitionId = UA_NODEID_NUMERIC(0, *path ? UA_NS0ID_BASEEVENTTYPE : UA_NS0ID_CONDITIONTYPE);
    operand.attributeId = *path ? UA_ATTRIBUTEID_VALUE : UA_ATTRIBUTEID_NODEID;
    size_t size = *path ? 1 : 0;
    for(const char *at = path; *at; at++)
        size += *at == '/';
    operand.browsePath = (UA_QualifiedName *)UA_Array_new(size, &UA_TYPES[UA_TYPES_QUALIFIEDNAME]);
    operand.browsePathSize = size;
    char *name = path;
    for(size_t at = 0; at < size; at++) {
        size_t length = strcspn(name, "/");
        char *colon = (char *)memchr(name, ':', length);
        operand.browsePath[at].namespaceIndex = (UA_UInt16)(colon ? atoi(name) : 0);
        char *from = colon ? colon + 1 : name;
        UA_String part = {length - (size_t)(from - name), (UA_Byte *)from};
        UA_String_copy(&part, &operand.browsePath[at].name);
        name += length + 1;
    }
    return operand;
}

UA_StatusCode subscribeEvents(Json request, Out *result) {
    (void)result;
    UA_UInt32 id;
    UA_StatusCode status = subscription(&id);
    if(status != UA_STATUSCODE_GOOD)
        return status;
    Json paths;
    field(request, "fields", &paths);
    Fields *fields = (Fields *)calloc(1, sizeof(Fields));
    if(!fields)
        exit(1);
    fields->size = sizeOf(paths);
    fields->names = (char **)calloc(fields->size + 1, sizeof(char *));
    UA_EventFilter filter;
    UA_EventFilter_init(&filter);
    filter.selectClauses = (UA_SimpleAttributeOperand *)UA_Array_new(
        fields->size, &UA_TYPES[UA_TYPES_SIMPLEATTRIBUTEOPERAND]);
    filter.selectClausesSize = fields->size;
    for(unsigned int at = 0; at < fields->size && fields->names; at++) {
        char *path = stringOf(element(paths, at));
        fields->names[at] = plainName(path);
        filter.selectClauses[at] = operandOf(path);
        free(path);
    }
    char *type = text(request, "type"), *source = text(request, "source");
    UA_NodeId typeId = nodeOf(type);
    UA_LiteralOperand literal;
    UA_LiteralOperand_init(&literal);
    UA_Variant_setScalar(&literal.value, &typeId, &UA_TYPES[UA_TYPES_NODEID]);
    UA_ExtensionObject operand;
    UA_ExtensionObject_setValueNoDelete(&operand, &literal, &UA_TYPES[UA_TYPES_LITERALOPERAND]);
    UA_ContentFilterElement ofType;
    UA_ContentFilterElement_init(&ofType);
    ofType.filterOperator = UA_FILTEROPERATOR_OFTYPE;
    ofType.filterOperands = &operand;
    ofType.filterOperandsSize = 1;
    filter.whereClause.elements = &ofType;
    filter.whereClause.elementsSize = 1;

    UA_MonitoredItemCreateRequest item = UA_MonitoredItemCreateRequest_default(nodeOf(source));
    item.itemToMonitor.attributeId = UA_ATTRIBUTEID_EVENTNOTIFIER;
    item.requestedParameters.samplingInterval = 0;
    item.requestedParameters.queueSize = 1000;
    UA_ExtensionObject_setValueNoDelete(&item.requestedParameters.filter, &filter, &UA_TYPES[UA_TYPES_EVENTFILTER]);
    UA_MonitoredItemCreateResult made = UA_Client_MonitoredItems_createEvent(
        currentClient(), id, UA_TIMESTAMPSTORETURN_BOTH, item, fields, onEvent, NULL);
    status = made.statusCode;
    UA_MonitoredItemCreateResult_clear(&made);
    UA_NodeId_clear(&item.itemToMonitor.nodeId);
    filter.whereClause.elements = NULL;
    filter.whereClause.elementsSize = 0;
    UA_EventFilter_clear(&filter);
    UA_NodeId_clear(&typeId);
    free(type);
    free(source);
    return status;
}

UA_StatusCode readHistory(Json request, Out *result) {
    char *node = text(request, "node"), *start = text(request, "start"), *end = text(request, "end");
    Json max;
    UA_ReadRawModifiedDetails details;
    UA_ReadRawModifiedDetails_init(&details);
    details.startTime = timeOf(start);
    details.endTime = timeOf(end);
    details.numValuesPerNode = field(request, "max", &max) ? (UA_UInt32)numberOf(max) : 0;
    UA_HistoryReadValueId which;
    UA_HistoryReadValueId_init(&which);
    which.nodeId = nodeOf(node);
    UA_HistoryReadRequest asking;
    UA_HistoryReadRequest_init(&asking);
    UA_ExtensionObject_setValueNoDelete(&asking.historyReadDetails, &details, &UA_TYPES[UA_TYPES_READRAWMODIFIEDDETAILS]);
    asking.timestampsToReturn = UA_TIMESTAMPSTORETURN_BOTH;
    asking.nodesToRead = &which;
    asking.nodesToReadSize = 1;
    UA_StatusCode status;
    put(result, "[");
    do {
        UA_HistoryReadResponse response = UA_Client_Service_historyRead(currentClient(), asking);
        UA_ByteString_clear(&which.continuationPoint);
        status = response.responseHeader.serviceResult;
        if(status == UA_STATUSCODE_GOOD && response.resultsSize == 1 && UA_StatusCode_isBad(response.results[0].statusCode))
            status = response.results[0].statusCode;
        if(status == UA_STATUSCODE_GOOD && response.resultsSize == 1) {
            const UA_ExtensionObject *data = &response.results[0].historyData;
            if(data->encoding == UA_EXTENSIONOBJECT_DECODED &&
               data->content.decoded.type == &UA_TYPES[UA_TYPES_HISTORYDATA]) {
                const UA_HistoryData *values = (const UA_HistoryData *)data->content.decoded.data;
                for(size_t at = 0; at < values->dataValuesSize; at++) {
                    put(result, result->length > 1 ? ",{" : "{");
                    putDataValue(result, &values->dataValues[at]);
                    put(result, "}");
                }
            }
            UA_ByteString_copy(&response.results[0].continuationPoint, &which.continuationPoint);
        }
        UA_HistoryReadResponse_clear(&response);
    } while(status == UA_STATUSCODE_GOOD && which.continuationPoint.length > 0);
    put(result, "]");
    UA_HistoryReadValueId_clear(&which);
    free(node);
    free(start);
    free(end);
    return status;
}
