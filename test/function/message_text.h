/* A consumer message has this text: read whole, and piece by piece. */
#ifndef WATTHOUR_TEST_FUNCTION_MESSAGE_TEXT_H
#define WATTHOUR_TEST_FUNCTION_MESSAGE_TEXT_H

#include "function/message.h"

void assert_message_text(const struct message *message, const char *expected, size_t size);

#endif
