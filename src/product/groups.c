#include "product/groups.h"

#include "cosem/class/classes.h"

/* Columns of the access rows. */
enum { PUBLIC, READING };

const struct dlms_partner product_partners[PRODUCT_PARTNERS] = {
    {.sap = PRODUCT_SAP_PUBLIC, .column = PUBLIC, .mechanism = DLMS_MECHANISM_LOWEST},
    {.sap = PRODUCT_SAP_READING, .column = READING, .mechanism = DLMS_MECHANISM_LOW},
};

static const struct cosem_access everybody = {.read = {[PUBLIC] = COSEM_ALL, [READING] = COSEM_ALL}};
static const struct cosem_access reading = {.read = {[READING] = COSEM_ALL}};

/* The association that asks, and one object for each client: 0-0:40.0.e, where 1 is kept for the
 * management client. */
static const struct class_association_config asking = {.client_sap = 0};
static const struct class_association_config of_reading = {.client_sap = PRODUCT_SAP_READING};
static const struct class_association_config of_public = {.client_sap = PRODUCT_SAP_PUBLIC};

static const struct cosem_object basics[] = {
    {&class_clock, COSEM_NAME(0, 0, 1, 0, 0), &everybody, NULL},
    {&class_association_ln, COSEM_NAME(0, 0, 40, 0, 0), &everybody, &asking},
    {&class_association_ln, COSEM_NAME(0, 0, 40, 0, 2), &reading, &of_reading},
    {&class_association_ln, COSEM_NAME(0, 0, 40, 0, 3), &reading, &of_public},
    {&class_sap_assignment, COSEM_NAME(0, 0, 41, 0, 0), &everybody, NULL},
    {&class_data, COSEM_NAME(0, 0, 42, 0, 0), &everybody, &class_data_device_name},
    {&class_data, COSEM_NAME(0, 0, 96, 1, 0), &everybody, &class_data_serial},
    {&class_data, COSEM_NAME(1, 0, 0, 2, 0), &everybody, &class_data_legal_firmware},
    {&class_data, COSEM_NAME(1, 1, 0, 2, 0), &everybody, &class_data_application_firmware},
};
const struct cosem_group product_group_basics = COSEM_GROUP(basics);
