/* A head end that uses Data protection (class 30) of an XS211: protects what it brings, and opens
 * what it is given. Lists, parameters and values are hexadecimal text. */
#ifndef WATTHOUR_TEST_PRODUCT_PROTECTOR_H
#define WATTHOUR_TEST_PRODUCT_PROTECTOR_H

#include "dlms/security_data.h"
#include "test/product/head_end.h"

enum { CLASS = 30, OCTETS = 1024, MANAGEMENT = 2 };
enum { BUFFER = 2, OBJECTS = 3, GET_PARAMETERS = 4, SET_PARAMETERS = 5, REQUIRED = 6 };
enum { GET_PROTECTED = 1, SET_PROTECTED = 2, INVOKE_PROTECTED = 3 };

extern const struct cosem_name name; /* 0-0:43.2.0 */

/* Objects of a list; methods. */
#define NONE   "0202 1600 00"
#define TOTAL  "0205 120003 0906 0100010800FF 0F02 120000" NONE
#define UNIT   "0205 120003 0906 0100010800FF 0F03 120000" NONE
#define ZONE   "0205 120008 0906 0000010000FF 0F03 120000" NONE
#define SAVING "0205 120008 0906 0000010000FF 0F08 120000" NONE
#define SERIAL "0205 120001 0906 0000600100FF 0F02 120000" NONE

/* Layers that name the client and the meter; the titles of the kit. */
#define TITLES           "0908 0102030405060708 0908 4D4D4D0000000001 0908 4D4D4D0000BC614E 0900"
#define UNICAST          "0202 1600 1600"
#define LAYER(type, key) "0202 16" type "0205" TITLES key
#define AUTHENTICATED    LAYER("00", UNICAST)
#define ENCRYPTED        LAYER("01", UNICAST)
#define BOTH             LAYER("02", UNICAST)
#define SIGNED           LAYER("03", "00")
#define MADE             LAYER("02", "0202 1601 0202 1600 0900")
#define ONE_PASS         LAYER("02", "0202 1602 0202 090101 0900")
#define STATIC           LAYER("02", "0202 1602 0202 090102 0900")
#define SHIFT            "0203 120008 0906 0000010000FF 0F06" /* clock, shift_time */
#define CAPTURE          "0203 12003E 0906 0000420000FF 0F02" /* compact data */

/* Octets, as many as an answer has. */
struct text {
    uint8_t octets[OCTETS];
    size_t size;
};

struct text text_of(const char *digits);
void text_append(struct text *text, const void *octets, size_t size);
void text_append_hex(struct text *text, const char *digits);
/* As an octet-string. */
void text_append_string(struct text *text, const struct text *string);
void assert_same_text(const struct text *found, const struct text *right);

/* Meter and head end of a suite, with key pairs on both sides, the association open; of cmocka,
 * with suite 0. */
void set_up_suite(enum dlms_suite suite);
int set_up_as_new(void **state);

/* The head end's keys of the curve. */
extern const struct dlms_signing *const protector_signing;

/* Attributes by SET and GET; the value of an attribute is this. */
enum cosem_result write_as(uint16_t sap, int attribute, const struct text *value);
enum cosem_result write_to(int attribute, const char *digits);
struct text read_as(uint16_t sap, uint16_t class_id, const struct cosem_name *of, int attribute,
                    enum cosem_result *result);
void assert_reads(int attribute, const char *digits);

/* An ACTION; what it gives back in `returned`. */
enum cosem_result act_as(uint16_t sap, int method, const struct text *parameter,
                         struct text *returned);
enum cosem_result act(int method, const struct text *parameter, struct text *returned);

/* Protection parameters, which point to what they are taken from. */
struct dlms_layers layers_from(struct reader *r);

/* What is protected, without its layers, as whoever asked sees it; what a method gave back, whose
 * layers say that it is of the meter, for the client. */
struct text opened(const struct dlms_layers *layers, struct dlms_octets protected_octets);
struct text opened_return(const struct text *returned);

/* Protects as the client does; the parameters, with what keys were made with, and the text. */
void protect(const char *layers_hex, const char *plain_hex, struct text *parameters,
             struct text *text);

/* The methods. */
enum cosem_result ask_protected(const char *list, const char *layers, struct text *returned);
struct text written_request(const char *list, const char *layers, const char *plain);
enum cosem_result bring_protected(const char *list, const char *layers, const char *plain);
enum cosem_result invoke_method(const char *method, const char *layers, const char *plain,
                                struct text *returned);

/* The meter's time zone, minutes of local time from UTC: what is written. */
int zone(void);
void set_zone(int16_t offset_min);

#endif
