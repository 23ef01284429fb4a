/* The server's own data types. */
#include "session.h"

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
UA_StatusCode knowTypes(void) {
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
