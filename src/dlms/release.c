#include "dlms/release.h"

#include "dlms/apdu.h"
#include "dlms/association.h"
#include "dlms/exception.h"
#include "dlms/server.h"

/* Room for the InitiateResponse, and before it for its protection. */
enum { INFORMATION = DLMS_PROTECT_HEAD_MOST + DLMS_INITIATE_RESPONSE_SIZE + DLMS_SIGNED_TAIL_MAX };

static bool is_ciphered(const struct dlms_association *a, struct dlms_octets information)
{
    return a->guard.ciphered && information.size > 0 && dlms_is_ciphered(information.octets[0]);
}

/* The InitiateResponse, ciphered as the request was; empty: it cannot be. */
static struct dlms_octets make_information(struct dlms_association *a, struct dlms_protection *by,
                                           uint8_t octets[INFORMATION])
{
    const struct dlms_initiate negotiated = {
        .version = DLMS_VERSION, .conformance = a->conformance, .max_pdu = a->receive_max};
    struct writer w = writer_over(octets + DLMS_PROTECT_HEAD_MOST, DLMS_INITIATE_RESPONSE_SIZE);
    dlms_initiate_put_response(&w, &negotiated);
    size_t size = dlms_guard_send(a, by, octets + DLMS_PROTECT_HEAD_MOST, writer_kept(&w), octets,
                                  INFORMATION);
    return (struct dlms_octets){size > 0 ? octets : NULL, size};
}

/* Whether the client proves by it that the association is its own; the answer's protection in
 * `by`. */
static bool is_authentic(struct dlms_association *a, struct dlms_octets information,
                         struct dlms_protection *by)
{
    const struct reader apdu = reader_over(information.octets, information.size);
    struct reader r;
    if (dlms_guard_receive(a, &apdu, by, &r) != 0) {
        dlms_server_tell(a->server, DLMS_INCIDENT_DECIPHERING, dlms_association_partner(a));
        return false;
    }
    dlms_initiate_take_request(&r);
    return reader_done(&r);
}

void dlms_release_answer(struct dlms_association *a, struct reader *r, struct writer *w)
{
    uint8_t octets[INFORMATION];
    struct dlms_protection by;
    struct dlms_octets said = {.octets = NULL};
    struct dlms_octets information = dlms_rlrq_take(r);
    if (r->fault) {
        return;
    }
    if (is_ciphered(a, information)) {
        if (!is_authentic(a, information, &by)) {
            dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_DECIPHERING_ERROR);
            return;
        }
        said = make_information(a, &by, octets);
    }
    dlms_association_close(a);
    dlms_rlre_put(w, said);
}
