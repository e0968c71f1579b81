#include "app/client_result.h"

const char *client_result_text(enum cosem_result result)
{
    switch (result) {
    case COSEM_HARDWARE_FAULT:
        return "hardware-fault";
    case COSEM_TEMPORARY_FAILURE:
        return "temporary-failure: there is no valid value at the moment";
    case COSEM_READ_WRITE_DENIED:
        return "read-write-denied: this client has no right to do that";
    case COSEM_OBJECT_UNDEFINED:
        return "object-undefined: the meter shows this client no such object or attribute";
    case COSEM_OBJECT_CLASS_INCONSISTENT:
        return "object-class-inconsistent: the object is of another class";
    case COSEM_OBJECT_UNAVAILABLE:
        return "object-unavailable";
    case COSEM_TYPE_UNMATCHED:
        return "type-unmatched: it wants a value of another type";
    case COSEM_OTHER_REASON:
        return "other-reason: not a value that it can take, or not possible now";
    case COSEM_SCOPE_OF_ACCESS_VIOLATED:
        return "scope-of-access-violated";
    default:
        return "the meter gives no other reason";
    }
}
