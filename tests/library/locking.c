/* Takes a mutex, and counts: what scheduled_test.cc loads. */

#include <pthread.h>

__attribute__((visibility("default"))) int count_under_a_lock(void);

int count_under_a_lock(void) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  static int count;
  pthread_mutex_lock(&mutex);
  const int now = ++count;
  pthread_mutex_unlock(&mutex);
  return now;
}
