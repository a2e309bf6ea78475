// test_spool.c: what was written is read once, in order, whatever is torn, broken, full or gone.
#include "spool.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "unit.h"

enum { HEADER = 24, MOST = 1024 * 1024 };

// A directory of its own for each test.
struct fixture {
    char path[64];
    struct spool *spool;
};

static struct spool *open_spool(const char *path, size_t most) {
    struct spool *spool = spool_open(path, most);
    assert_non_null(spool);
    return spool;
}

static struct fixture fixture(void) {
    struct fixture fixture;
    strcpy(fixture.path, "/tmp/spool.XXXXXX");
    assert_non_null(mkdtemp(fixture.path));
    fixture.spool = open_spool(fixture.path, MOST);
    return fixture;
}

typedef void visitor(const char *path, void *context);

// Visits the files whose names end so.
static int visit(const char *directory, const char *end, visitor *seen, void *context) {
    DIR *entries = opendir(directory);
    int count = 0;
    assert_non_null(entries);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (entry->d_name[0] == '.' || length < strlen(end) ||
            strcmp(entry->d_name + length - strlen(end), end) != 0)
            continue;
        char path[512];
        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        count++;
        if (seen != NULL)
            seen(path, context);
    }
    closedir(entries);
    return count;
}

static void remove_file(const char *path, void *context) {
    (void)context;
    assert_int_equal(unlink(path), 0);
}

static void finish(struct fixture *fixture) {
    spool_close(fixture->spool);
    visit(fixture->path, "", remove_file, NULL);
    assert_int_equal(rmdir(fixture->path), 0);
}

static int segments(const struct fixture *fixture) {
    return visit(fixture->path, ".spool", NULL, NULL);
}

static void write_text(struct spool *spool, const char *text) {
    assert_true(spool_write(spool, text, strlen(text)));
}

// Reads the next record, which must be this one, and settles it.
static void takes(struct spool *spool, const char *text) {
    struct spool_record record;
    assert_true(spool_read(spool, &record));
    assert_int_equal(record.length, strlen(text));
    assert_memory_equal(record.bytes, text, record.length);
    spool_done(spool, &record);
}

static void is_empty(struct spool *spool) {
    struct spool_record record;
    assert_false(spool_read(spool, &record));
}

// Closes the spool and opens it anew, as another process would.
static void reopen(struct fixture *fixture) {
    spool_close(fixture->spool);
    fixture->spool = open_spool(fixture->path, MOST);
}

struct bytes {
    char path[512];
    char bytes[4096];
    size_t size;
};

static void take_bytes(const char *path, void *context) {
    struct bytes *bytes = context;
    strcpy(bytes->path, path);
    int file = open(path, O_RDONLY);
    ssize_t size = read(file, bytes->bytes, sizeof bytes->bytes);
    assert_true(size >= 0);
    bytes->size = (size_t)size;
    close(file);
}

// The one file with this end.
static struct bytes bytes_of(const struct fixture *fixture, const char *end) {
    struct bytes bytes = {0};
    assert_int_equal(visit(fixture->path, end, take_bytes, &bytes), 1);
    return bytes;
}

static void put_bytes(const struct bytes *bytes, size_t size) {
    int file = open(bytes->path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, bytes->bytes, size), size);
    close(file);
}

TEST(what_is_written_is_read_in_order_and_its_segment_removed) {
    struct fixture test = fixture();
    write_text(test.spool, "one");
    write_text(test.spool, "two");
    write_text(test.spool, "");
    assert_int_equal(segments(&test), 1);
    takes(test.spool, "one");
    takes(test.spool, "two");
    takes(test.spool, "");
    is_empty(test.spool);
    assert_int_equal(segments(&test), 0);
    finish(&test);
}

TEST(files_are_for_their_owner_alone) {
    struct fixture test = fixture();
    struct stat status;
    write_text(test.spool, "one");
    struct bytes segment = bytes_of(&test, ".spool");
    assert_int_equal(stat(segment.path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    finish(&test);
}

TEST(a_directory_that_others_may_write_to_is_refused) {
    struct fixture test = fixture();
    struct capture capture;
    assert_int_equal(chmod(test.path, 0770), 0);
    capture_start(&capture);
    assert_null(spool_open(test.path, MOST));
    capture_end(&capture);
    assert_non_null(strstr(capture.text, "IVR_SPOOL_DIR"));
    finish(&test);
}

TEST(a_missing_directory_is_made) {
    struct fixture test = fixture();
    char path[128];
    snprintf(path, sizeof path, "%s/more", test.path);
    spool_close(open_spool(path, MOST));
    assert_int_equal(rmdir(path), 0);
    finish(&test);
}

TEST(what_was_read_and_not_settled_is_read_again_by_the_next_one) {
    struct fixture test = fixture();
    struct spool_record record;
    write_text(test.spool, "one");
    write_text(test.spool, "two");
    takes(test.spool, "one");
    assert_true(spool_read(test.spool, &record));
    reopen(&test);
    takes(test.spool, "two");
    is_empty(test.spool);
    finish(&test);
}

TEST(a_torn_tail_of_any_length_costs_nothing_before_it) {
    struct fixture test = fixture();
    write_text(test.spool, "whole");
    write_text(test.spool, "torn");
    struct bytes segment = bytes_of(&test, ".spool");
    size_t first = HEADER + strlen("whole");
    assert_int_equal(segment.size, first + HEADER + strlen("torn"));
    spool_close(test.spool);
    for (size_t size = 0; size <= segment.size; size++) {
        struct capture capture;
        put_bytes(&segment, size);
        capture_start(&capture);
        test.spool = open_spool(test.path, MOST);
        if (size >= first)
            takes(test.spool, "whole");
        if (size == segment.size)
            takes(test.spool, "torn");
        is_empty(test.spool);
        spool_close(test.spool);
        capture_end(&capture);
        bool cut = size != 0 && size != first && size != segment.size;
        assert_int_equal(strstr(capture.text, "a record is broken") != NULL, cut);
        assert_int_equal(segments(&test), 0);
    }
    test.spool = open_spool(test.path, MOST);
    finish(&test);
}

TEST(a_broken_byte_anywhere_costs_its_record_alone_and_is_set_aside) {
    struct fixture test = fixture();
    write_text(test.spool, "before");
    write_text(test.spool, "broken");
    write_text(test.spool, "behind");
    struct bytes segment = bytes_of(&test, ".spool");
    size_t size = HEADER + strlen("broken");
    spool_close(test.spool);
    for (size_t at = size; at < 2 * size; at++) {
        bool unsummed = at >= size + 4 && at < size + 8;  // is not in the checksum: the record is read
        struct capture capture;
        struct bytes broken = segment;
        broken.bytes[at] ^= 0x10;
        put_bytes(&broken, broken.size);
        capture_start(&capture);
        test.spool = open_spool(test.path, MOST);
        takes(test.spool, "before");
        if (unsummed)
            takes(test.spool, "broken");
        takes(test.spool, "behind");
        is_empty(test.spool);
        spool_close(test.spool);
        capture_end(&capture);
        if (unsummed)
            continue;
        struct bytes aside = bytes_of(&test, "aside");
        assert_int_equal(aside.size, size);
        assert_memory_equal(aside.bytes, broken.bytes + size, size);
        unlink(aside.path);
    }
    test.spool = open_spool(test.path, MOST);
    finish(&test);
}

TEST(what_can_never_be_stored_is_set_aside_and_can_be_had_back) {
    struct fixture test = fixture();
    struct spool_record record;
    struct capture capture;
    write_text(test.spool, "never");
    write_text(test.spool, "fine");
    assert_true(spool_read(test.spool, &record));
    capture_start(&capture);
    spool_refuse(test.spool, &record);
    capture_end(&capture);
    assert_non_null(strstr(capture.text, "can never be stored"));
    takes(test.spool, "fine");
    is_empty(test.spool);
    assert_int_equal(segments(&test), 0);
    struct bytes aside = bytes_of(&test, "aside");
    char again[128];
    snprintf(again, sizeof again, "%s/again.spool", test.path);
    assert_int_equal(rename(aside.path, again), 0);
    takes(test.spool, "never");
    is_empty(test.spool);
    finish(&test);
}

TEST(past_the_limit_nothing_is_taken_until_there_is_room) {
    struct fixture test = fixture();
    struct capture capture;
    spool_close(test.spool);
    test.spool = open_spool(test.path, 4096);
    char large[3000] = {0};
    assert_true(spool_write(test.spool, large, sizeof large));
    capture_start(&capture);
    assert_false(spool_write(test.spool, large, sizeof large));
    capture_end(&capture);
    assert_non_null(strstr(capture.text, "IVR_SPOOL_MAX_MB"));
    struct spool_record record;
    assert_true(spool_read(test.spool, &record));
    spool_done(test.spool, &record);
    is_empty(test.spool);
    usleep(300000);  // so often it counts
    assert_true(spool_write(test.spool, large, sizeof large));
    finish(&test);
}

static int count_of(const char *text, const char *word) {
    int count = 0;
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
        count++;
    return count;
}

TEST(the_limit_is_told_once_and_room_again_once) {
    struct fixture test = fixture();
    struct capture capture;
    struct spool_record record;
    char large[3000] = {0};
    spool_close(test.spool);
    test.spool = open_spool(test.path, 8192);
    assert_true(spool_write(test.spool, large, sizeof large));
    capture_start(&capture);
    usleep(250000);  // so often it counts
    for (int i = 0; i < 4; i++)
        spool_write(test.spool, large, sizeof large);
    write_text(test.spool, "small");  // fits, and is no news
    assert_false(spool_write(test.spool, large, sizeof large));
    while (spool_read(test.spool, &record))
        spool_done(test.spool, &record);
    usleep(250000);
    assert_true(spool_write(test.spool, large, sizeof large));
    write_text(test.spool, "small");
    capture_end(&capture);
    assert_int_equal(count_of(capture.text, "it is full"), 1);
    assert_int_equal(count_of(capture.text, "there is room again"), 1);
    finish(&test);
}

TEST(the_backlog_is_what_all_processes_have_written) {
    struct fixture test = fixture();
    struct spool *other = open_spool(test.path, MOST);
    struct spool *looking = open_spool(test.path, MOST);
    assert_int_equal(spool_backlog(looking), 0);
    write_text(test.spool, "one");
    write_text(other, "two");
    assert_int_equal(spool_backlog(looking), 2 * 4096);  // as much as the files take
    spool_close(other);
    takes(test.spool, "one");
    takes(test.spool, "two");
    is_empty(test.spool);
    assert_int_equal(spool_backlog(looking), 0);
    spool_close(looking);
    finish(&test);
}

TEST(the_limit_counts_what_other_processes_have_written) {
    struct fixture test = fixture();
    struct capture capture;
    struct spool *other = open_spool(test.path, 4096);
    write_text(test.spool, "one");
    capture_start(&capture);
    assert_false(spool_write(other, "two", 3));
    capture_end(&capture);
    spool_close(other);
    finish(&test);
}

TEST(a_write_that_fails_half_way_is_not_taken_and_leaves_nothing) {
    struct fixture test = fixture();
    struct capture capture;
    struct rlimit before;
    char large[2000] = {0};
    write_text(test.spool, "one");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit small = {.rlim_cur = 1000, .rlim_max = before.rlim_max};
    capture_start(&capture);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    bool written = spool_write(test.spool, large, sizeof large);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    capture_end(&capture);
    assert_false(written);
    assert_non_null(strstr(capture.text, "cannot write"));
    write_text(test.spool, "two");
    takes(test.spool, "one");
    takes(test.spool, "two");
    is_empty(test.spool);
    assert_int_equal(visit(test.path, "aside", NULL, NULL), 0);
    finish(&test);
}

TEST(two_writers_are_read_in_order_of_arrival) {
    struct fixture test = fixture();
    struct spool *other = open_spool(test.path, MOST);
    struct spool_record record;
    write_text(test.spool, "1");
    write_text(other, "2");
    write_text(test.spool, "3");
    write_text(other, "4");
    spool_close(other);
    takes(test.spool, "1");
    takes(test.spool, "2");
    takes(test.spool, "3");
    assert_true(spool_read(test.spool, &record));
    assert_memory_equal(record.bytes, "4", 1);
    finish(&test);
}

TEST(what_a_living_writer_holds_is_left_to_it) {
    struct fixture test = fixture();
    struct spool *other = open_spool(test.path, MOST);
    write_text(other, "held");
    is_empty(test.spool);
    takes(other, "held");
    spool_close(other);
    finish(&test);
}

TEST(one_reads_at_a_time) {
    struct fixture test = fixture();
    struct spool *other = open_spool(test.path, MOST);
    struct spool_record record;
    write_text(test.spool, "one");
    assert_true(spool_read(test.spool, &record));
    is_empty(other);
    spool_rest(test.spool);
    takes(other, "one");
    spool_close(other);
    finish(&test);
}

TEST(what_a_killed_process_has_written_is_read_by_the_next_one) {
    struct fixture test = fixture();
    int told[2];
    char word;
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    if (child == 0) {
        struct spool *spool = spool_open(test.path, MOST);
        bool written = spool != NULL && spool_write(spool, "orphan", 6);
        written = write(told[1], written ? "y" : "n", 1) == 1;
        pause();
        _exit(!written);
    }
    assert_int_equal(read(told[0], &word, 1), 1);
    assert_int_equal(word, 'y');
    is_empty(test.spool);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    takes(test.spool, "orphan");
    is_empty(test.spool);
    close(told[0]);
    close(told[1]);
    finish(&test);
}

TEST(many_segments_are_read_whole_and_in_order) {
    enum { SEGMENTS = 200 };
    struct fixture test = fixture();
    char text[16];
    for (int i = 0; i < SEGMENTS; i++) {
        struct spool *one = open_spool(test.path, MOST);
        snprintf(text, sizeof text, "%d", i);
        write_text(one, text);
        spool_close(one);
    }
    for (int i = 0; i < SEGMENTS; i++) {
        snprintf(text, sizeof text, "%d", i);
        takes(test.spool, text);
    }
    is_empty(test.spool);
    assert_int_equal(segments(&test), 0);
    finish(&test);
}

// Threads of one process

enum { THREADS = 8, EACH = 50 };

static void *write_many(void *argument) {
    struct spool *spool = argument;
    long written = 0;
    for (int i = 0; i < EACH; i++)
        written += spool_write(spool, "record", 6);
    return (void *)written;
}

TEST(threads_write_at_once_and_nothing_is_missing) {
    struct fixture test = fixture();
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, test.spool), 0);
    for (int i = 0; i < THREADS; i++) {
        void *written;
        assert_int_equal(pthread_join(threads[i], &written), 0);
        assert_int_equal((long)written, EACH);
    }
    for (int i = 0; i < THREADS * EACH; i++)
        takes(test.spool, "record");
    is_empty(test.spool);
    finish(&test);
}

TEST(a_record_that_is_too_large_is_not_taken) {
    struct fixture test = fixture();
    struct capture capture;
    char *large = calloc(1, SPOOL_MAX_RECORD + 1);
    assert_non_null(large);
    capture_start(&capture);
    assert_false(spool_write(test.spool, large, SPOOL_MAX_RECORD + 1));
    capture_end(&capture);
    free(large);
    finish(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_in_order_and_its_segment_removed),
        cmocka_unit_test(files_are_for_their_owner_alone),
        cmocka_unit_test(a_directory_that_others_may_write_to_is_refused),
        cmocka_unit_test(a_missing_directory_is_made),
        cmocka_unit_test(what_was_read_and_not_settled_is_read_again_by_the_next_one),
        cmocka_unit_test(a_torn_tail_of_any_length_costs_nothing_before_it),
        cmocka_unit_test(a_broken_byte_anywhere_costs_its_record_alone_and_is_set_aside),
        cmocka_unit_test(what_can_never_be_stored_is_set_aside_and_can_be_had_back),
        cmocka_unit_test(past_the_limit_nothing_is_taken_until_there_is_room),
        cmocka_unit_test(the_limit_is_told_once_and_room_again_once),
        cmocka_unit_test(the_backlog_is_what_all_processes_have_written),
        cmocka_unit_test(the_limit_counts_what_other_processes_have_written),
        cmocka_unit_test(a_write_that_fails_half_way_is_not_taken_and_leaves_nothing),
        cmocka_unit_test(two_writers_are_read_in_order_of_arrival),
        cmocka_unit_test(what_a_living_writer_holds_is_left_to_it),
        cmocka_unit_test(one_reads_at_a_time),
        cmocka_unit_test(what_a_killed_process_has_written_is_read_by_the_next_one),
        cmocka_unit_test(many_segments_are_read_whole_and_in_order),
        cmocka_unit_test(threads_write_at_once_and_nothing_is_missing),
        cmocka_unit_test(a_record_that_is_too_large_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
