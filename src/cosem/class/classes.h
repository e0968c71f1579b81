/* The interface classes of the Blue Book that the meter has, one file each. A class is a view: it
 * shows what a function or a quantity is, and holds nothing.
 *
 * What `config` of an object's row points to is said at each class. */
#ifndef WATTHOUR_COSEM_CLASS_CLASSES_H
#define WATTHOUR_COSEM_CLASS_CLASSES_H

#include "cosem/data.h"
#include "cosem/model.h"
#include "display/display.h"
#include "function/billing.h"
#include "function/profile.h"
#include "function/push.h"
#include "function/tariff.h"
#include "link/setup.h"
#include "quantity/quantity.h"

/* 1 Data, version 0. Config: what it shows, one of those below; `set_value` is NULL where its
 * access row gives nobody the right to write. */
struct class_data_config {
    enum cosem_result (*value)(const struct cosem_call *call, struct writer *w);
    enum cosem_result (*set_value)(const struct cosem_call *call, struct reader *value);
};
extern const struct cosem_class class_data;
extern const struct class_data_config class_data_device_name;  /* octet-string, 16 */
extern const struct class_data_config class_data_serial;       /* octet-string, 8 */
extern const struct class_data_config class_data_current_rate; /* octet-string, its digit */
extern const struct class_data_config class_data_rate_levels;  /* unsigned, of its terminals */

/* unsigned: the newest code of a log, by enum event_log; the status of a profile's newest row. */
struct class_data_numbered {
    struct class_data_config data;
    uint8_t number;
};
enum cosem_result class_data_event_code(const struct cosem_call *call, struct writer *w);
/* double-long-unsigned: entries that a log has ever had; clearing it is one more. */
enum cosem_result class_data_event_count(const struct cosem_call *call, struct writer *w);
enum cosem_result class_data_profile_status(const struct cosem_call *call, struct writer *w);

/* unsigned, of a profile: 0 its rows are given out as they are, 1 repetitions are null-data, 2 as a
 * compact array. */
enum cosem_result class_data_profile_encoding(const struct cosem_call *call, struct writer *w);
enum cosem_result class_data_set_profile_encoding(const struct cosem_call *call,
                                                  struct reader *value);

extern const struct class_data_config class_data_legal_firmware; /* octet-string: name, version */
extern const struct class_data_config class_data_legal_checksum; /* octet-string, 32: SHA-256 */
extern const struct class_data_config class_data_application_firmware;
extern const struct class_data_config class_data_application_checksum;
extern const struct class_data_config class_data_local_time; /* octet-string, time */
extern const struct class_data_config class_data_local_date; /* octet-string, date */
extern const struct class_data_config class_data_last_fault; /* visible-string, empty: none */

/* double-long-unsigned: the invocation counter that the meter accepted last of the Management
 * client; the next is higher (0-0:43.1.e). */
extern const struct class_data_config class_data_invocation_counter;

/* boolean: the customer port sends telegrams. */
extern const struct class_data_config class_data_consumer_port;

/* octet-string: version of the customer port's telegrams, as they say it; empty: they say none. */
extern const struct class_data_config class_data_consumer_version;

/* structure of double-long-unsigned: what went over a line since it was opened, and what went
 * wrong, in the order of struct hdlc_statistics. */
struct class_line_config {
    struct class_data_config data;
    enum link_line line;
};
enum cosem_result class_data_line(const struct cosem_call *call, struct writer *w);
/* The same of the optical port's sign-ons, in the order of struct iec21_statistics. */
extern const struct class_data_config class_data_sign_on;

/* 1 Data: a setting of the display, long-unsigned. Config: which. */
struct class_display_setting_config {
    enum display_setting setting;
};
extern const struct cosem_class class_display_setting;

/* 1 Data: the consumer message, octet-string of printable ASCII. Config: its text or its code. */
struct class_message_config {
    bool code;
};
extern const struct cosem_class class_message;

/* 7 Profile generic, version 1: a list of the display. Config: which. capture_objects is the list;
 * the buffer has one entry, the values of the moment. Nothing is captured: there are no methods. */
struct class_display_list_config {
    enum display_list_name list;
};
extern const struct cosem_class class_display_list;

/* 3 Register, version 0. Config: struct quantity; a series of them counts its `e` on. Type and
 * scaler follow from its unit, see register.c. A quantity that is not valid at the moment is
 * answered by temporary-failure. */
extern const struct cosem_class class_register;
struct quantity class_register_quantity(const struct cosem_object *object, uint8_t member);

/* 61 Register table, version 0: the harmonics of U or I of a phase, order 1 to 40, which a register
 * of each would have in value group E. Config: struct quantity, of all orders (E = 0). Not valid
 * before the first has been measured: temporary-failure. */
extern const struct cosem_class class_register_table;

/* 3 Register, version 0: what was counted since the billing period, or the day, began. */
struct class_increment_config {
    enum billing_since since;
    enum quantity_kind kind;
};
extern const struct cosem_class class_increment;

/* 3 Register, version 0: what was counted in the recording interval of a load profile, 0 the first.
 */
struct class_interval_config {
    uint8_t profile;
    enum quantity_kind kind;
};
extern const struct cosem_class class_interval;

/* 3 Register, version 0: what a column of the first billing profile had at the end of a past
 * period: a series, the last one first. Null-data: there is none such, or the profile does not
 * capture it. Config: the class of the object with F = 255. */
struct class_past_config {
    uint16_t class_id;
};
extern const struct cosem_class class_past;

/* 4 Extended register, version 0: likewise, with the time that a maximum had then. */
extern const struct cosem_class class_past_maximum;

/* Of the billing period: double-long-unsigned, how many have ended; date-time, when the last one
 * did. */
extern const struct class_data_config class_data_billing_periods;
extern const struct class_data_config class_data_billing_end;

/* 5 Demand register, 4 Extended register, version 0, and 3 Register: averages, maxima, sums of
 * maxima and last averages of the demand. Config: of what. Maxima and their sums are series:
 * whatever the rate, then rate by rate. */
struct class_demand_config {
    uint8_t channel; /* of the demand's plan */
};
extern const struct cosem_class class_demand_register;
extern const struct cosem_class class_maximum_demand;
extern const struct cosem_class class_cumulative_demand;
extern const struct cosem_class class_last_demand;

/* 6 Register activation, version 0. Config: what its masks select. A mask is a rate, named by its
 * digit; writing the active one is a command (function/tariff.h). */
struct class_register_activation_config {
    enum tariff_mask mask;
    /* Of one that it activates; 0: none such. */
    unsigned (*rate)(const struct cosem_object *object, uint8_t member);
};
extern const struct cosem_class class_register_activation;
unsigned class_register_activation_energy_rate(const struct cosem_object *object, uint8_t member);
/* double-long-unsigned: bits of the alarms. Writing clears those that the value does not have, but
 * of a filter, which takes the value if all its bits are known. */
enum class_alarm_part {
    CLASS_ALARM_ERRORS,
    CLASS_ALARM_REGISTER,
    CLASS_ALARM_FILTER,
    CLASS_ALARM_DESCRIPTOR
};
struct class_alarm_config {
    struct class_data_config data;
    enum class_alarm_part part;
    uint8_t number; /* register, from 0 */
};
enum cosem_result class_data_alarm(const struct cosem_call *call, struct writer *w);
enum cosem_result class_data_set_alarm(const struct cosem_call *call, struct reader *value);

/* double-long-unsigned: failures of the supply. */
struct class_outage_config {
    struct class_data_config data;
    uint8_t of; /* enum outage_of */
    bool is_long;
};
enum cosem_result class_data_outages(const struct cosem_call *call, struct writer *w);

/* long-unsigned: how often the voltage of a phase sagged, or swelled. */
struct class_voltage_config {
    struct class_data_config data;
    uint8_t phase; /* 0: L1 */
    bool swells;
};
enum cosem_result class_data_voltage(const struct cosem_call *call, struct writer *w);

/* What an input of the clock chip felt: double-long-unsigned, how often; octet-string, date-time of
 * the last begin (unspecified: never); double-long-unsigned, seconds that it has lasted now, and
 * that it lasted in all. */
enum class_tamper_part {
    CLASS_TAMPER_COUNT,
    CLASS_TAMPER_TIME,
    CLASS_TAMPER_LASTS,
    CLASS_TAMPER_TOTAL
};
struct class_tamper_config {
    struct class_data_config data;
    uint8_t input; /* enum rtc_input */
    enum class_tamper_part part;
};
enum cosem_result class_data_tamper(const struct cosem_call *call, struct writer *w);

unsigned class_register_activation_demand_rate(const struct cosem_object *object, uint8_t member);
/* 3 Register, version 0, of what the meter keeps or can be told rather than measures. Config: how.
 * A value is an integer from `least` to `most`; without `set` it is only read. */
struct cosem_context;
struct class_setting_config {
    enum cosem_tag tag;
    int8_t scaler;
    uint8_t unit;
    int64_t (*get)(const struct cosem_context *context);
    void (*set)(const struct cosem_context *context, int64_t value);
    int32_t least;
    uint32_t most;
};
extern const struct cosem_class class_setting;
extern const struct class_setting_config class_setting_shift_limit;    /* s, slewed at most */
extern const struct class_setting_config class_setting_backup_used;    /* h without mains; writing
                                                                          0: a new battery */
extern const struct class_setting_config class_setting_backup_voltage; /* mV */
extern const struct class_setting_config class_setting_backup_left;    /* h that it lasts */
extern const struct class_setting_config
    class_setting_told_every; /* s, an in-home display; 0: never
                               */
extern const struct class_setting_config class_setting_rate_inputs; /* how many select the rate */
extern const struct class_setting_config class_setting_last_outage; /* s, the last long one */
extern const struct class_setting_config class_setting_reversal; /* W that may not flow out; 0: it
                                                                    may */
extern const struct class_setting_config class_setting_long_outage; /* s, from which it is long */

/* 7 Profile generic, version 1. Config: a log, or a profile. Ranges are of time, by a column that
 * shows the clock; an open end is null-data or a date-time of which nothing is specified. A row
 * that cannot be read any more is a structure of null-data. */
enum class_log_field {
    CLASS_LOG_TIME,
    CLASS_LOG_CODE,      /* unsigned */
    CLASS_LOG_DURATION,  /* double-long-unsigned, s */
    CLASS_LOG_MAGNITUDE, /* double-long */
    CLASS_LOG_COUNT      /* double-long-unsigned */
};
struct class_log_config {
    uint8_t log; /* enum event_log */
    uint8_t column_count;
    const struct profile_column *columns; /* what each field is said to be */
    const uint8_t *fields;                /* enum class_log_field */
};
struct class_profile_config {
    uint8_t number; /* of the context's profiles; without a log */
    const struct class_log_config *log;
};
extern const struct cosem_class class_profile_generic;

/* 8 Clock, version 0. No config: the meter has one clock. */
extern const struct cosem_class class_clock;

/* 9 Script table, version 0. Config: the actions of each of its scripts 1..scripts, all alike. What
 * executing does is said where the table is added to the script book (function/script.h). */
enum class_script_service { CLASS_SCRIPT_WRITE = 1, CLASS_SCRIPT_EXECUTE = 2 };
enum class_script_parameter {
    CLASS_SCRIPT_ZERO,    /* integer 0 */
    CLASS_SCRIPT_MASK,    /* octet-string: the digit of the script */
    CLASS_SCRIPT_CHANNEL, /* integer 0; the script is value group B of the name */
};
struct class_script_action {
    uint8_t service; /* enum class_script_service */
    uint16_t class_id;
    struct cosem_name name;
    int8_t index;
    uint8_t parameter; /* enum class_script_parameter */
};
struct class_script_table_config {
    uint8_t scripts;
    uint8_t action_count;
    const struct class_script_action *actions;
};
extern const struct cosem_class class_script_table;

/* 11 Special days table, version 0. No config: those of the tariff. */
extern const struct cosem_class class_special_days;

/* 15 Association LN, version 2 (access rights are enumerated) and 3 (they are bits). Config: which.
 * Writing the secret of a client that has a password changes it. Nobody adds users: the list is
 * empty, so that it is not looked at. */
struct class_association_config {
    uint16_t client_sap;               /* 0: the one that asks */
    const struct cosem_name *security; /* the security setup, of a client that ciphers */
};
extern const struct cosem_class class_association_ln_2;
extern const struct cosem_class class_association_ln_3;

/* 19 IEC local port setup, version 1. No config: the meter has one optical port. Its passwords are
 * written, and nobody reads them. */
extern const struct cosem_class class_local_port;

/* 17 SAP assignment, version 0. No config: there is one logical device. */
extern const struct cosem_class class_sap_assignment;

/* 64 Security setup, version 0 and 1. No config: the server has one. Policy and keys only get in by
 * the methods; keys come wrapped by the master key (RFC 3394), are kept before the answer, and in
 * force after it. Certificates, and what version 1 has for public keys, are not there. */
extern const struct cosem_class class_security_setup_0;
extern const struct cosem_class class_security_setup_1;

/* 22 Single action schedule, version 0. Config: which of the product's; none: that of the end of
 * the billing period. */
struct class_single_action_config {
    uint8_t schedule;
};
extern const struct cosem_class class_single_action_schedule;

/* 30 Data protection, version 0. No config: the meter has one. Objects are read and written as if
 * the client had asked for each of them; Data protection itself is not among them. Keys and
 * counters are those of the security setup; without one there is nothing but the settings. Texts
 * are kept as they were written. */
extern const struct cosem_class class_data_protection;

/* 62 Compact data, version 0. No config: the meter's. */
extern const struct cosem_class class_compact_data;

/* 10 Schedule, version 0. No config: the meter's. */
extern const struct cosem_class class_schedule;

/* 20 Activity calendar, version 0. No config: that of the tariff. Only the passive calendar is
 * written; what is wrong with it is answered by other-reason. */
extern const struct cosem_class class_activity_calendar;
/* 23 IEC HDLC setup, version 1. Config: which line. What is written holds from the next connection
 * on, time-outs at once; the speed is the line's and only read. */
struct class_hdlc_setup_config {
    enum link_line line;
};
extern const struct cosem_class class_hdlc_setup;

/* 41 TCP-UDP setup, version 0. Config: the IP setup object that it refers to. Port and segment size
 * are the system's and only read; the rest is in force at once. */
struct class_tcp_udp_setup_config {
    struct cosem_name ip;
};
extern const struct cosem_class class_tcp_udp_setup;

/* 42 IPv4 setup and 48 IPv6 setup, version 0. No config: they show the addresses that the device's
 * network really uses. Those are given by its system: nothing is written. */
extern const struct cosem_class class_ipv4_setup;
extern const struct cosem_class class_ipv6_setup;

/* 21 Register monitor, version 0, of an alarm descriptor. Config: which. The script is executed
 * with each bit that comes; selector 0 is none. */
struct class_monitor_config {
    struct cosem_name descriptor;
    uint8_t number; /* register, from 0 */
};
extern const struct cosem_class class_register_monitor;

/* 40 Push setup, versions 0 to 2. Config: which. The object list takes whole objects, attributes or
 * elements of them that the client may read, of anything but associations and security setups;
 * version 2 rows and columns of buffers, too. TCP, UDP and HDLC, A-XDR. Protection follows the
 * security policy, or is what the parameters say beyond that. */
struct class_push_config {
    enum push_setup setup;
};
extern const struct cosem_class class_push_setup_0;
extern const struct cosem_class class_push_setup_1;
extern const struct cosem_class class_push_setup_2;

/* Makes the part of an object of a push list (its octets as they are kept) the selection of a call
 * to that object, which points to them then: success; or why it cannot be, as when the profile has
 * other columns by now. */
enum cosem_result class_push_select(struct cosem_call *call, const uint8_t *octets, size_t size);

#endif
