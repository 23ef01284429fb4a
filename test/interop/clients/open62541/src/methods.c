/* Calls of methods, with the arguments that the server declares. */
#include "session.h"
#include "values.h"

#include <stdlib.h>
#include <string.h>

#include <open62541/client_highlevel.h>

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

UA_StatusCode callMethod(Json request, Out *result) {
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
