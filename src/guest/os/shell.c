/* The shell: line editing on the serial port and the table of commands. */
#include "guest.h"
#include "sbi.h"
#include "virtio.h"

#define PROMPT "guest> "
#define LINE_SIZE 256

enum { CTRL_C = 3, BACKSPACE = 8, CTRL_U = 21, DELETE = 127 };

static char line[LINE_SIZE];
static unsigned line_size;
static bool at_prompt;

const char *skip_spaces(const char *text) {
  while (*text == ' ') text++;
  return text;
}

/* Steps over a word and the spaces behind it when the text starts with that word. */
bool take_word(const char **text, const char *word) {
  size_t size = strlen(word);
  if (strncmp(*text, word, size) != 0) return false;
  if ((*text)[size] != ' ' && (*text)[size] != 0) return false;
  *text = skip_spaces(*text + size);
  return true;
}

static void put_char_text(char c) {
  if (c == '\n') put_char('\r');
  put_char(c);
}

/* A line about something that happened by itself; the prompt and what was typed come back below it. */
void shell_notice(const char *text, ...) {
  va_list args;
  if (at_prompt) print("\n");
  va_start(args, text);
  format(put_char_text, text, args);
  va_end(args);
  print("\n");
  if (!at_prompt) return;
  line[line_size] = 0;
  print(PROMPT "%s", line);
}

static void command_help(const char *args);

static void command_reboot(const char *args) {
  (void)args;
  print("rebooting\n");
  sbi_call(SBI_EXT_SRST, SBI_SRST_RESET, SBI_SRST_COLD_REBOOT, SBI_SRST_REASON_NONE, 0);
}

static void command_poweroff(const char *args) {
  bool failure = take_word(&args, "fail");
  print("powering off\n");
  sbi_call(SBI_EXT_SRST, SBI_SRST_RESET, SBI_SRST_SHUTDOWN,
           failure ? SBI_SRST_REASON_FAILURE : SBI_SRST_REASON_NONE, 0);
}

static void command_panic(const char *args) { panic(*args == 0 ? "asked for at the shell" : args); }

static void command_spin(const char *args) {
  (void)args;
  volatile uint64_t turns = 0;
  print("spinning, any key stops\n");
  while (!serial_has_input()) {
    turns++;
    if (virtio_has_deferred()) run_deferred();
  }
  serial_get();
  print("spun %lu turns\n", turns);
}

static void command_uptime(const char *args) {
  (void)args;
  uint64_t now = time_now(), milliseconds = now * 1000 / machine.timebase;
  print("up %lu.%03lu s, %lu ticks\n", milliseconds / 1000, milliseconds % 1000, timer_ticks());
}

static void command_echo(const char *args) { print("%s\n", args); }

struct command {
  const char *name, *params, *help;
  void (*run)(const char *args);
};

static const struct command commands[] = {
    {"help", "", "list the commands", command_help},
    {"echo", "[TEXT]", "print TEXT", command_echo},
    {"uptime", "", "time since reset and timer ticks", command_uptime},
    {"mem", "", "memory map, free pages, balloon", command_mem},
    {"cpus", "[start|stop|wake HART]", "hart states; start, stop or wake one", command_cpus},
    {"sbi", "", "the firmware and what it answers", command_sbi},
    {"virtio", "", "virtio devices, negotiated features, rings", command_virtio},
    {"disk", "read N | write N TEXT", "read or write a sector of the disk", command_disk},
    {"rng", "N", "N bytes of entropy in hexadecimal", command_rng},
    {"net", "[send [TEXT]]", "network state, or send a broadcast frame", command_net},
    {"console", "TEXT", "write a line to the virtio console", command_console},
    {"spin", "", "keep the hart busy until a key is pressed", command_spin},
    {"panic", "[TEXT]", "panic and halt", command_panic},
    {"reboot", "", "reset the machine", command_reboot},
    {"poweroff", "[fail]", "power the machine off, or with a failure status", command_poweroff},
};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static void command_help(const char *args) {
  (void)args;
  for (unsigned i = 0; i < COMMAND_COUNT; i++) {
    print("%-8s %-22s %s\n", commands[i].name, commands[i].params, commands[i].help);
  }
}

static void run_line(void) {
  line[line_size] = 0;
  while (line_size > 0 && line[line_size - 1] == ' ') line[--line_size] = 0;
  const char *text = skip_spaces(line);
  line_size = 0;
  if (*text == 0) return;
  for (unsigned i = 0; i < COMMAND_COUNT; i++) {
    if (!take_word(&text, commands[i].name)) continue;
    commands[i].run(text);
    return;
  }
  print("unknown command: %s (help lists them)\n", text);
}

static void erase_one(void) {
  if (line_size == 0) return;
  line_size--;
  print("\b \b");
}

/* True when the byte ends a line. */
static bool edit(char c) {
  static char before;
  bool second_of_crlf = c == '\n' && before == '\r';
  before = c;
  if (second_of_crlf) return false;
  if (c == '\r' || c == '\n') return true;
  if (c == BACKSPACE || c == DELETE) {
    erase_one();
  } else if (c == CTRL_U) {
    while (line_size > 0) erase_one();
  } else if (c == CTRL_C) {
    print("^C");
    line_size = 0;
    return true;
  } else if ((uint8_t)c >= 0x20 && line_size < LINE_SIZE - 1) {
    line[line_size++] = c;
    put_char(c);
  }
  return false;
}

_Noreturn void shell_run(void) {
  for (;;) {
    print(PROMPT);
    at_prompt = true;
    bool ended = false;
    while (!ended) {
      int c = serial_get();
      if (c < 0) idle_once();
      else ended = edit((char)c);
    }
    at_prompt = false;
    print("\n");
    run_line();
  }
}
