/* Read, Write, Browse and Call. */
#include "session.h"
#include "values.h"

#include <stdlib.h>
#include <string.h>

#include <open62541/client_highlevel.h>

static UA_NodeId nodeField(Json request, const char *name) {
    char *given = text(request, name);
    UA_NodeId id = nodeOf(given);
    free(given);
    return id;
}

/* open62541 has no type for a text that writes a decimal number, and drops structures that hold one. */
static UA_DataTypeArray *decimalString(void) {
    static UA_DataType type;
    static UA_DataTypeArray array;
    type = UA_TYPES[UA_TYPES_STRING];
    type.typeId = UA_NODEID_NUMERIC(0, UA_NS0ID_DECIMALSTRING);
    array = (UA_DataTypeArray){NULL, 1, &type, false};
    return &array;
}

static void know(UA_ClientConfig *config, UA_DataTypeArray *types) {
    types->next = config->customDataTypes;
    config->customDataTypes = types;
}

/* The server's own data types, once: structures are unknown before. Those that hold others are understood when the
 * others are, one round later. */
static UA_StatusCode knowTypes(void) {
    static UA_Client *known;
    UA_Client *client = currentClient();
    if(known == client)
        return UA_STATUSCODE_GOOD;
    UA_ClientConfig *config = UA_Client_getConfig(client);
    know(config, decimalString());
    UA_StatusCode status = UA_STATUSCODE_GOOD;
    for(int round = 0; round < 5 && status == UA_STATUSCODE_GOOD; round++) {
        UA_DataTypeArray *types = NULL;
        status = UA_Client_getRemoteDataTypes(client, 0, NULL, &types);
        if(!types)
            break;
        know(config, types);
        if(types->typesSize == 0)
            break;
    }
    known = client;
    return status;
}

static bool hasUnknown(const UA_DataValue *value) {
    if(!value->hasValue || value->value.type != &UA_TYPES[UA_TYPES_EXTENSIONOBJECT])
        return false;
    size_t size = UA_Variant_isScalar(&value->value) ? 1 : value->value.arrayLength;
    for(size_t at = 0; at < size; at++) {
        if(((const UA_ExtensionObject *)value->value.data)[at].encoding == UA_EXTENSIONOBJECT_ENCODED_BYTESTRING)
            return true;
    }
    return false;
}

static UA_ReadResponse readAll(Json nodes, unsigned int size) {
    UA_ReadRequest request;
    UA_ReadRequest_init(&request);
    request.timestampsToReturn = UA_TIMESTAMPSTORETURN_BOTH;
    request.nodesToRead = (UA_ReadValueId *)UA_Array_new(size, &UA_TYPES[UA_TYPES_READVALUEID]);
    request.nodesToReadSize = size;
    for(unsigned int at = 0; at < size; at++) {
        char *given = stringOf(element(nodes, at));
        request.nodesToRead[at].nodeId = nodeOf(given);
        request.nodesToRead[at].attributeId = UA_ATTRIBUTEID_VALUE;
        free(given);
    }
    UA_ReadResponse response = UA_Client_Service_read(currentClient(), request);
    UA_ReadRequest_clear(&request);
    return response;
}

static UA_StatusCode readNodes(Json request, Out *result) {
    Json nodes;
    field(request, "nodes", &nodes);
    unsigned int size = sizeOf(nodes);
    UA_ReadResponse response = readAll(nodes, size);
    bool unknown = false;
    for(size_t at = 0; at < response.resultsSize; at++)
        unknown = unknown || hasUnknown(&response.results[at]);
    if(unknown && knowTypes() == UA_STATUSCODE_GOOD) {
        UA_ReadResponse_clear(&response);
        response = readAll(nodes, size);
    }
    put(result, "[");
    for(size_t at = 0; at < response.resultsSize; at++) {
        put(result, at > 0 ? ",{" : "{");
        putDataValue(result, &response.results[at]);
        put(result, "}");
    }
    put(result, "]");
    UA_StatusCode status = response.responseHeader.serviceResult;
    UA_ReadResponse_clear(&response);
    return status;
}

static UA_StatusCode writeNode(Json request, Out *result) {
    (void)result;
    Json value;
    char *name = text(request, "type");
    const UA_DataType *type = builtinByName(name);
    free(name);
    if(!type || !field(request, "value", &value))
        return UA_STATUSCODE_BADTYPEMISMATCH;
    UA_WriteValue one;
    UA_WriteValue_init(&one);
    one.nodeId = nodeField(request, "node");
    one.attributeId = UA_ATTRIBUTEID_VALUE;
    one.value.hasValue = true;
    UA_StatusCode status = makeVariant(currentClient(), value, &type->typeId, &one.value.value);
    UA_WriteRequest writing;
    UA_WriteRequest_init(&writing);
    writing.nodesToWrite = &one;
    writing.nodesToWriteSize = 1;
    if(status == UA_STATUSCODE_GOOD) {
        UA_WriteResponse response = UA_Client_Service_write(currentClient(), writing);
        status = response.responseHeader.serviceResult;
        if(status == UA_STATUSCODE_GOOD && response.resultsSize == 1)
            status = response.results[0];
        UA_WriteResponse_clear(&response);
    }
    UA_WriteValue_clear(&one);
    return status;
}

static void putReferences(Out *out, const UA_BrowseResult *found) {
    for(size_t at = 0; at < found->referencesSize; at++) {
        put(out, out->length > 1 ? ",{" : "{");
        putName(out, "name");
        putValue(out, &found->references[at].browseName, &UA_TYPES[UA_TYPES_QUALIFIEDNAME]);
        put(out, ",");
        putName(out, "node");
        putValue(out, &found->references[at].nodeId, &UA_TYPES[UA_TYPES_EXPANDEDNODEID]);
        put(out, "}");
    }
}

static UA_StatusCode browseNode(Json request, Out *result) {
    UA_BrowseDescription description;
    UA_BrowseDescription_init(&description);
    description.nodeId = nodeField(request, "node");
    description.browseDirection = UA_BROWSEDIRECTION_FORWARD;
    description.resultMask = UA_BROWSERESULTMASK_ALL;
    UA_BrowseResult found = UA_Client_browse(currentClient(), NULL, 0, &description);
    UA_StatusCode status = found.statusCode;
    put(result, "[");
    putReferences(result, &found);
    while(status == UA_STATUSCODE_GOOD && found.continuationPoint.length > 0) {
        UA_BrowseResult next = UA_Client_browseNext(currentClient(), false, found.continuationPoint);
        UA_BrowseResult_clear(&found);
        found = next;
        status = found.statusCode;
        putReferences(result, &found);
    }
    put(result, "]");
    UA_BrowseResult_clear(&found);
    UA_BrowseDescription_clear(&description);
    return status;
}

/* The arguments that the method declares; none when it has no such property. */
static void declared(const UA_NodeId *method, const char *property, UA_Variant *found) {
    UA_Variant_init(found);
    UA_BrowsePath path;
    UA_BrowsePath_init(&path);
    UA_RelativePathElement only;
    UA_RelativePathElement_init(&only);
    only.referenceTypeId = UA_NODEID_NUMERIC(0, UA_NS0ID_HASPROPERTY);
    only.targetName = UA_QUALIFIEDNAME(0, (char *)(uintptr_t)property);
    path.startingNode = *method;
    path.relativePath.elements = &only;
    path.relativePath.elementsSize = 1;
    UA_BrowsePathResult translated = UA_Client_translateBrowsePathToNodeIds(currentClient(), &path);
    if(translated.targetsSize > 0)
        UA_Client_readValueAttribute(currentClient(), translated.targets[0].targetId.nodeId, found);
    UA_BrowsePathResult_clear(&translated);
}

static UA_StatusCode makeArguments(Json request, const UA_NodeId *method, UA_Variant **made, size_t *size) {
    Json args, types = {0}, one;
    field(request, "args", &args);
    bool typed = field(request, "types", &types);
    UA_Variant inputs;
    UA_Variant_init(&inputs);
    *size = sizeOf(args);
    if(!typed && *size > 0)
        declared(method, "InputArguments", &inputs);
    if((typed ? sizeOf(types) : inputs.arrayLength) != *size)
        return UA_STATUSCODE_BADARGUMENTSMISSING;
    *made = (UA_Variant *)UA_Array_new(*size, &UA_TYPES[UA_TYPES_VARIANT]);
    UA_StatusCode status = UA_STATUSCODE_GOOD;
    for(unsigned int at = 0; at < *size && status == UA_STATUSCODE_GOOD; at++) {
        UA_NodeId type = UA_NODEID_NULL;
        one = element(args, at);
        if(typed) {
            char *name = stringOf(element(types, at));
            const UA_DataType *builtin = builtinByName(name);
            free(name);
            if(!builtin)
                return UA_STATUSCODE_BADTYPEMISMATCH;
            type = builtin->typeId;
        } else {
            type = ((const UA_Argument *)inputs.data)[at].dataType;
        }
        if(type.namespaceIndex != 0)
            status = knowTypes();
        if(status == UA_STATUSCODE_GOOD)
            status = makeVariant(currentClient(), one, &type, &(*made)[at]);
    }
    UA_Variant_clear(&inputs);
    return status;
}

static void putOutputs(Out *result, const UA_NodeId *method, const UA_CallMethodResult *called) {
    UA_Variant names;
    UA_Variant_init(&names);
    if(called->outputArgumentsSize > 0)
        declared(method, "OutputArguments", &names);
    put(result, "{");
    for(size_t at = 0; at < called->outputArgumentsSize && at < names.arrayLength; at++) {
        put(result, at > 0 ? "," : "");
        putValue(result, &((const UA_Argument *)names.data)[at].name, &UA_TYPES[UA_TYPES_STRING]);
        put(result, ":");
        putVariant(result, &called->outputArguments[at]);
    }
    put(result, "}");
    UA_Variant_clear(&names);
}

static UA_StatusCode callMethod(Json request, Out *result) {
    char *name = text(request, "method"), *object = text(request, "object");
    UA_CallMethodRequest calling;
    UA_CallMethodRequest_init(&calling);
    calling.methodId = nodeOf(name);
    UA_StatusCode status = UA_STATUSCODE_GOOD;
    if(*object)
        /* Answers of ISA-95 hold structures. */
        status = knowTypes();
    else
        *strchr(name, '.') = '\0';
    calling.objectId = nodeOf(*object ? object : name);
    free(name);
    free(object);
    if(status == UA_STATUSCODE_GOOD)
        status = makeArguments(request, &calling.methodId, &calling.inputArguments, &calling.inputArgumentsSize);
    if(status == UA_STATUSCODE_GOOD) {
        UA_CallRequest all;
        UA_CallRequest_init(&all);
        all.methodsToCall = &calling;
        all.methodsToCallSize = 1;
        UA_CallResponse response = UA_Client_Service_call(currentClient(), all);
        status = response.responseHeader.serviceResult;
        if(status == UA_STATUSCODE_GOOD && response.resultsSize == 1) {
            put(result, "{\"status\":");
            putStatus(result, response.results[0].statusCode);
            put(result, ",\"outputs\":");
            if(UA_StatusCode_isBad(response.results[0].statusCode))
                put(result, "null");
            else
                putOutputs(result, &calling.methodId, &response.results[0]);
            put(result, "}");
        }
        UA_CallResponse_clear(&response);
    }
    UA_CallMethodRequest_clear(&calling);
    return status;
}

static UA_StatusCode subscribeToEvents(Json request, Out *result) {
    UA_StatusCode status = knowTypes();
    return status == UA_STATUSCODE_GOOD ? subscribeEvents(request, result) : status;
}

Operation operationCalled(const char *name) {
    static const struct {
        const char *name;
        Operation operation;
    } all[] = {
        {"connect", connectSession}, {"disconnect", disconnectSession}, {"endpoints", listEndpoints},
        {"call", callMethod},        {"read", readNodes},               {"write", writeNode},
        {"browse", browseNode},      {"subscribe", subscribeData},      {"events", subscribeToEvents},
        {"history", readHistory},
    };
    for(size_t at = 0; at < sizeof(all) / sizeof(all[0]); at++) {
        if(strcmp(all[at].name, name) == 0)
            return all[at].operation;
    }
    return NULL;
}
