// echo.c: the limit of FastCGI: reads the request and sends the body back; nothing is verified, decided or
// stored.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fcgiapp.h>

int main(void) {
    FCGX_Request request;
    char body[65536];
    FCGX_Init();
    FCGX_InitRequest(&request, 0, 0);
    while (FCGX_Accept_r(&request) == 0) {
        int length = FCGX_GetStr(body, sizeof body, request.in);
        FCGX_FPrintF(request.out, "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n", length);
        FCGX_PutStr(body, length, request.out);
        FCGX_Finish_r(&request);
    }
    return 0;
}
