// libcurl. Swift cannot call variadic C functions: typed wrappers stand beside the options that are used.
#include <curl/curl.h>
