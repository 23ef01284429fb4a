/* A foreign OPC UA client (open62541) driven by JSON lines: one request per line on stdin, one answer per line on
 * stdout, as support/ua-client.ts describes them. */
#include "session.h"
#include "values.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void say(const Out *line) {
    fwrite(line->text, 1, line->length, stdout);
    fputc('\n', stdout);
    fflush(stdout);
}

static void answer(const char *line) {
    Json request = {parseJson(line), 0};
    Json id;
    Out result = {0}, message = {0};
    char *name = text(request, "do");
    Operation operation = operationCalled(name);
    UA_StatusCode status = operation ? operation(request, &result) : UA_STATUSCODE_BADNOTIMPLEMENTED;
    field(request, "id", &id);
    put(&message, "{\"id\":%.0f,", numberOf(id));
    if(status == UA_STATUSCODE_GOOD) {
        put(&message, "\"result\":%s}", result.length > 0 ? result.text : "null");
    } else {
        put(&message, "\"error\":\"%s\",\"status\":", UA_StatusCode_name(status));
        putStatus(&message, status);
        put(&message, "}");
    }
    say(&message);
    clearOut(&message);
    clearOut(&result);
    free(name);
    free((void *)(uintptr_t)request.all->tokens);
    free((void *)(uintptr_t)request.all);
}

int main(void) {
    char *buffer = NULL;
    size_t length = 0, capacity = 0;
    for(;;) {
        struct pollfd waiting = {STDIN_FILENO, POLLIN, 0};
        if(poll(&waiting, 1, 5) > 0) {
            if(capacity - length < 65536)
                buffer = (char *)realloc(buffer, capacity = (capacity + 65536) * 2);
            if(!buffer)
                return 1;
            ssize_t count = read(STDIN_FILENO, buffer + length, capacity - length - 1);
            if(count <= 0)
                break;
            length += (size_t)count;
            for(char *end; (end = (char *)memchr(buffer, '\n', length)); ) {
                *end = '\0';
                answer(buffer);
                length -= (size_t)(end + 1 - buffer);
                memmove(buffer, end + 1, length);
            }
        }
        iterate();
    }
    free(buffer);
    return 0;
}
