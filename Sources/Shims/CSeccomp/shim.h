// libseccomp. Swift sees no macros with arguments.
#pragma once
#include <errno.h>
#include <seccomp.h>
#include <stdint.h>

static inline uint32_t seccomp_shim_answer(uint16_t error) { return SCMP_ACT_ERRNO(error); }
static inline uint32_t seccomp_shim_allow(void) { return SCMP_ACT_ALLOW; }

// Declared by <sys/mman.h> for _GNU_SOURCE only, which a system module cannot set.
extern int memfd_create(const char *name, unsigned flags);
