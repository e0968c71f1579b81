#include "app/p1_fault.h"

#include <stdio.h>
#include <string.h>

_Static_assert((int)FAULT_ROOM <= (int)CUSTOMER_SPEECH_MAX, "what is played can be said");

void p1_fault_alter(void *owner, struct customer_speech *speech)
{
    struct p1_fault_player *player = owner;
    struct fault_text *text = &player->text;
    if (speech->size > FAULT_ROOM) {
        return;
    }
    *text = (struct fault_text){.size = speech->size};
    memcpy(text->octets, speech->octets, speech->size);
    player->fault->play(text, player->number++);
    memcpy(speech->octets, text->octets, text->size);
    speech->size = text->size;
    speech->hold_at = text->hold_at;
    speech->hold_ms = text->hold_ms;
}

void p1_fault_list(void)
{
    for (int i = 0; i < FAULTS; i++) {
        const struct fault *fault = &faults[i];
        printf("  %-13s %s%s%s%s\n", fault->name, fault->what, *fault->known ? " (" : "",
               fault->known, *fault->known ? ")" : "");
    }
}
