/* Channels and sessions: certificates and keys are files in DER. */
#include "session.h"
#include "values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <open62541/client_config_default.h>
#include <open62541/client_highlevel.h>
#include <open62541/plugin/certificategroup_default.h>
#include <open62541/plugin/log_stdout.h>

#define INSTANCES "http://monashautomation.com/UA/MesPrinting/Instances/"
#define TYPES "http://monashautomation.com/UA/MesPrinting/"

static UA_Client *client;
static UA_UInt16 instances;

UA_Client *currentClient(void) { return client; }

void iterate(void) {
    if(client)
        UA_Client_run_iterate(client, 0);
}

UA_NodeId nodeOf(const char *given) {
    UA_NodeId id = UA_NODEID_NULL;
    if(strncmp(given, "ns=", 3) == 0 || strncmp(given, "i=", 2) == 0)
        UA_NodeId_parse(&id, UA_STRING((char *)(uintptr_t)given));
    else
        id = UA_NODEID_STRING_ALLOC(instances, given);
    return id;
}

static UA_ByteString contentOf(Json request, const char *name) {
    UA_ByteString content = UA_BYTESTRING_NULL;
    char *path = text(request, name);
    FILE *file = *path ? fopen(path, "rb") : NULL;
    if(file) {
        fseek(file, 0, SEEK_END);
        UA_ByteString_allocBuffer(&content, (size_t)ftell(file));
        rewind(file);
        if(fread(content.data, 1, content.length, file) != content.length)
            UA_ByteString_clear(&content);
        fclose(file);
    }
    free(path);
    return content;
}

static UA_StatusCode configure(UA_ClientConfig *config, Json request) {
    char *policy = text(request, "policy"), *mode = text(request, "mode"), *uri = text(request, "applicationUri");
    char *user = text(request, "user"), *password = text(request, "password");
    UA_ByteString certificate = contentOf(request, "certificate"), key = contentOf(request, "key");
    UA_ByteString userCertificate = contentOf(request, "userCertificate"), userKey = contentOf(request, "userKey");
    /* Standard output is for answers. */
    *config->logging = UA_Log_Stdout_withLevel(UA_LOGLEVEL_FATAL);
    UA_StatusCode status = UA_ClientConfig_setDefaultEncryption(config, certificate, key, NULL, 0, NULL, 0);
    UA_CertificateGroup_AcceptAll(&config->certificateVerification);
    UA_String_clear(&config->clientDescription.applicationUri);
    config->clientDescription.applicationUri = UA_STRING_ALLOC(uri);
    config->timeout = 20000;
    config->securityMode = UA_MESSAGESECURITYMODE_NONE;
    char name[100] = "http://opcfoundation.org/UA/SecurityPolicy#None";
    if(*policy) {
        config->securityMode =
            strcmp(mode, "Sign") == 0 ? UA_MESSAGESECURITYMODE_SIGN : UA_MESSAGESECURITYMODE_SIGNANDENCRYPT;
        snprintf(name, sizeof(name), "http://opcfoundation.org/UA/SecurityPolicy#%s", policy);
    }
    config->securityPolicyUri = UA_STRING_ALLOC(name);
    if(status == UA_STATUSCODE_GOOD && userCertificate.length > 0)
        status = UA_ClientConfig_setAuthenticationCert(config, userCertificate, userKey);
    if(status == UA_STATUSCODE_GOOD && *user)
        status = UA_ClientConfig_setAuthenticationUsername(config, user, password);
    UA_ByteString_clear(&certificate);
    UA_ByteString_clear(&key);
    UA_ByteString_clear(&userCertificate);
    UA_ByteString_clear(&userKey);
    free(policy);
    free(mode);
    free(uri);
    free(user);
    free(password);
    return status;
}

UA_StatusCode connectSession(Json request, Out *result) {
    UA_Client *made = UA_Client_new();
    char *url = text(request, "url");
    UA_StatusCode status = configure(UA_Client_getConfig(made), request);
    if(status == UA_STATUSCODE_GOOD)
        status = UA_Client_connect(made, url);
    UA_UInt16 types = 0;
    if(status == UA_STATUSCODE_GOOD)
        status = UA_Client_getNamespaceIndex(made, UA_STRING(INSTANCES), &instances);
    if(status == UA_STATUSCODE_GOOD)
        status = UA_Client_getNamespaceIndex(made, UA_STRING(TYPES), &types);
    free(url);
    if(status != UA_STATUSCODE_GOOD) {
        UA_Client_delete(made);
        return status;
    }
    client = made;
    put(result, "{\"instances\":%u,\"types\":%u}", instances, types);
    return status;
}

UA_StatusCode disconnectSession(Json request, Out *result) {
    (void)request;
    (void)result;
    UA_StatusCode status = UA_Client_disconnect(client);
    UA_Client_delete(client);
    client = NULL;
    return status;
}

static void putAfter(Out *out, const UA_String *string, char separator) {
    size_t from = string->length;
    while(from > 0 && string->data[from - 1] != separator)
        from--;
    putString(out, (const char *)string->data + from, string->length - from);
}

UA_StatusCode listEndpoints(Json request, Out *result) {
    static const char *const modes[] = {"Invalid", "None", "Sign", "SignAndEncrypt"};
    static const char *const tokens[] = {"Anonymous", "UserName", "Certificate", "IssuedToken"};
    UA_Client *asking = UA_Client_new();
    UA_ClientConfig *config = UA_Client_getConfig(asking);
    *config->logging = UA_Log_Stdout_withLevel(UA_LOGLEVEL_FATAL);
    UA_ClientConfig_setDefault(config);
    UA_EndpointDescription *found = NULL;
    size_t size = 0;
    char *url = text(request, "url");
    UA_StatusCode status = UA_Client_getEndpoints(asking, url, &size, &found);
    put(result, "[");
    for(size_t at = 0; at < size; at++) {
        put(result, "%s{\"policy\":", at > 0 ? "," : "");
        putAfter(result, &found[at].securityPolicyUri, '#');
        put(result, ",\"mode\":\"%s\",\"tokens\":[", modes[found[at].securityMode]);
        for(size_t token = 0; token < found[at].userIdentityTokensSize; token++)
            put(result, "%s\"%s\"", token > 0 ? "," : "", tokens[found[at].userIdentityTokens[token].tokenType]);
        put(result, "]}");
    }
    put(result, "]");
    UA_Array_delete(found, size, &UA_TYPES[UA_TYPES_ENDPOINTDESCRIPTION]);
    UA_Client_delete(asking);
    free(url);
    return status;
}
