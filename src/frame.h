// frame.h: is what came over the socket a FastCGI request, as far as it has come?
//
// libfcgi trusts whoever reaches the socket: parameters of absurd lengths make it abort, and a management
// record with many names overflows a buffer of its stack. So nothing is given to it before it was looked at
// here. Pure: no I/O.
#ifndef IVR_FRAME_H
#define IVR_FRAME_H

#include <stddef.h>

#define FRAME_MAX_PARAMS 65536  // bytes of names and values; nginx takes half of that from a client
#define FRAME_LOOK 73728        // bytes in which parameters that large have ended, with their records' heads

enum frame {
    FRAME_PART,    // nothing is wrong, and the parameters have not ended yet
    FRAME_READY,   // the parameters are there; the body has not ended
    FRAME_WHOLE,   // the request is there, and nothing else
    FRAME_BROKEN,  // no request of one responder, its parameters and its body, in this order
};

// Judges the first `length` bytes of a connection, or of what follows a request on it: FCGI_BEGIN_REQUEST for
// a responder, FCGI_PARAMS and FCGI_STDIN, each up to its empty record, all of one id. No web server that
// sends requests one after the other sends anything else (FastCGI 1.0, 3.3 to 5.3).
enum frame frame_look(const unsigned char *bytes, size_t length);

#endif
