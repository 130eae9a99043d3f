HXCOMM The command table of the monitor.
HXCOMM Each entry names its command, its arguments (args_type), the text of "help" and
HXCOMM the handler in commands/. The SRST block behind an entry is its chapter in the manual.
HXCOMM A line that begins with HXCOMM is a comment.

DEFHEADING(Monitor)

    {
        .name       = "help|?",
        .args_type  = "name:S?",
        .params     = "[cmd]",
        .help       = "explain a command, or list them all",
        .cmd        = hmp_help,
        .flags      = "p",
    },

SRST
``help`` [*cmd*]
  Without an argument, print one line for every command: its names, its parameters and what it does.
  With the name of a command, or two words for a command of a group (``help info virtio``), print that
  line alone.

  Example::

    (hmp) help stop
    stop|s  -- pause the guest

  A name that is not in the tables is answered with ``unknown command: 'NAME'``.
ERST

    {
        .name       = "info",
        .args_type  = "item:s?",
        .params     = "[subcommand]",
        .help       = "report on the machine; alone, list what can be asked",
        .cmd        = hmp_info_help,
        .sub_table  = hmp_info_cmds,
        .flags      = "p",
    },

SRST
``info`` [*subcommand*]
  Report on some part of the machine without changing it. The subcommands have a section of their own
  below; ``info`` alone lists them.
ERST

    {
        .name       = "clear",
        .args_type  = "",
        .params     = "",
        .help       = "empty the screen",
        .cmd        = hmp_clear,
        .flags      = "p",
    },

SRST
``clear``
  Empty the screen and begin again at its top. In a script or a pipe the command does nothing.
ERST

    {
        .name       = "wait",
        .args_type  = "event:s,timeout:T?",
        .params     = "event [timeout]",
        .help       = "hold the next command back until an event arrives",
        .cmd        = hmp_wait,
        .flags      = "p",
        .command_completion = wait_completion,
    },

SRST
``wait`` *event* [*timeout*]
  Wait for the QMP event *event* and print its name and data when it comes. Upper and lower case are the
  same. *timeout* is in seconds, or has a unit: ``500ms``, ``2s``. Without it the wait has no end but
  Ctrl-C. An event that came since the command before began counts as well, each event once: after
  ``system_reset``, ``wait RESET`` does not miss it.

  Example, in a script that must not hang when the guest does::

    system_powerdown
    wait SHUTDOWN 30

  When the time is over the command fails with exit code 4, which a script can tell from all other
  failures. An event that the machine never sends is refused at once.
ERST

    {
        .name       = "quit|q",
        .args_type  = "",
        .params     = "",
        .help       = "end the machine and the monitor",
        .cmd        = hmp_quit,
        .flags      = "p",
    },

SRST
``quit`` | ``q``
  Switch the machine off at once, without telling the guest, and leave. Data that the guest has not yet
  written to its disks is lost; ``system_powerdown`` asks the guest first. This holds for a machine that the monitor
  is attached to as well: ``detach`` leaves that one running.
ERST

    {
        .name       = "detach",
        .args_type  = "",
        .params     = "",
        .help       = "leave the machine that the monitor is attached to",
        .cmd        = hmp_detach,
        .flags      = "p",
    },

SRST
``detach``
  Leave the monitor; the machine that it is attached to (option ``-attach``) goes on as it is. The machine that is part
  of this program cannot be left that way.
ERST

DEFHEADING(Running and stopping)

    {
        .name       = "stop|s",
        .args_type  = "",
        .params     = "",
        .help       = "pause the guest",
        .cmd        = hmp_stop,
    },

SRST
``stop`` | ``s``
  Pause all harts and the virtual clock. Devices keep their state, memory can be examined, and ``cont``
  goes on as if no time had passed. Stopping a stopped machine does nothing.
ERST

    {
        .name       = "cont|c",
        .args_type  = "",
        .params     = "",
        .help       = "let the guest run on",
        .cmd        = hmp_cont,
    },

SRST
``cont`` | ``c``
  Run a machine that was paused, that was started with ``-S``, or that stopped by itself. After a shutdown
  or a panic of the guest only ``system_reset`` makes it able to run again; until then the command answers
  with an error.
ERST

    {
        .name       = "system_reset",
        .args_type  = "",
        .params     = "",
        .help       = "press the reset button",
        .cmd        = hmp_system_reset,
    },

SRST
``system_reset``
  Bring all harts and devices to their power-on state and boot again. RAM keeps its contents except where
  firmware, kernel and device tree are loaded once more. A stopped machine stays stopped.
ERST

    {
        .name       = "system_powerdown",
        .args_type  = "",
        .params     = "",
        .help       = "press the power button: the guest decides",
        .cmd        = hmp_system_powerdown,
    },

SRST
``system_powerdown``
  Ask the guest to shut down. The event POWERDOWN says that it was asked, SHUTDOWN that it obeyed. A guest
  without a driver for the power button ignores the request.
ERST

    {
        .name       = "system_wakeup",
        .args_type  = "",
        .params     = "",
        .help       = "wake a suspended guest",
        .cmd        = hmp_system_wakeup,
    },

SRST
``system_wakeup``
  Wake a guest that suspended itself to RAM. A machine that cannot suspend answers
  ``Error: wake-up from suspend is not supported by this guest``; one that is awake says so.
ERST

    {
        .name       = "watchdog_action",
        .args_type  = "action:s",
        .params     = "[reset|shutdown|poweroff|pause|debug|none|inject-nmi]",
        .help       = "choose what happens when a watchdog expires",
        .cmd        = hmp_watchdog_action,
        .command_completion = watchdog_action_completion,
    },

SRST
``watchdog_action`` *action*
  Set the reaction to an expired watchdog timer:

  - ``reset``: reset the machine;
  - ``shutdown``: ask the guest to shut down;
  - ``poweroff``: end the machine at once;
  - ``pause``: stop it, so that it can be examined;
  - ``debug``: report it and run on;
  - ``none``: ignore it;
  - ``inject-nmi``: send a non-maskable interrupt.

  Any other word is answered with ``Error: invalid parameter value: WORD``.
ERST

DEFHEADING(Memory and registers)

    {
        .name       = "cpu",
        .args_type  = "index:i",
        .params     = "index",
        .help       = "choose the hart that the commands below look at",
        .cmd        = hmp_cpu,
        .command_completion = cpu_completion,
    },

SRST
``cpu`` *index*
  Choose the hart whose registers and address translation ``x``, ``print``, ``gva2gpa`` and
  ``info registers`` use. ``info cpus`` marks it with a star. Counting begins at 0; an index that the
  machine does not have gives ``invalid CPU index``.
ERST

    {
        .name       = "x",
        .args_type  = "fmt:/,addr:l",
        .params     = "/fmt addr",
        .help       = "show memory at a virtual address",
        .cmd        = hmp_memory_dump,
    },

SRST
``x`` [``/``\ *fmt*] *addr*
  Show memory as the current hart sees it: *addr* is translated by its page tables, in its present
  privilege mode. *fmt* is a count, a format letter and a size letter, each of them optional.

  - Format: ``x`` hexadecimal, ``d`` decimal, with a sign when 64 bits wide, ``u`` decimal without,
    ``o`` octal, ``c`` characters, ``i`` instructions.
  - Size: ``b`` 8 bits, ``h`` 16, ``w`` 32, ``g`` 64.

  A format without letters repeats those of the time before. *addr* is an expression: numbers (decimal,
  ``0x`` hexadecimal, ``0`` octal, ``'c'`` characters), registers (``$sp``, ``$pc``, ``$satp``), the
  operators ``+ - * / % & | ^ ~`` and parentheses.

  Examples, four words on the stack and three instructions::

    (hmp) x /4xw $sp
    ffffffff81c03de0: 0x81c03e00 0xffffffff 0x80a6b0e0 0xffffffff
    (hmp) x /3i $pc
    0x00001000:  00000297          auipc                   t0,0                    # 0x1000
    0x00001004:  02828613          addi                    a2,t0,40
    0x00001008:  f1402573          csrrs                   a0,mhartid,zero

  A page that is not mapped, and an address at which there is no memory, ends the listing with
  ``Cannot access memory``.
ERST

    {
        .name       = "xp",
        .args_type  = "fmt:/,addr:l",
        .params     = "/fmt addr",
        .help       = "show memory at a physical address",
        .cmd        = hmp_physical_memory_dump,
    },

SRST
``xp`` [``/``\ *fmt*] *addr*
  Like ``x``, but *addr* is a guest-physical address and no page table takes part. RAM of the ``virt``
  machine begins at 0x80000000.

  Example::

    (hmp) xp /16xb 0x80000000
    0000000080000000: 0x33 0x04 0x05 0x00 0xb3 0x84 0x05 0x00
    0000000080000008: 0x33 0x09 0x06 0x00 0xef 0x00 0x40 0x79
ERST

    {
        .name       = "print|p",
        .args_type  = "fmt:/,val:l",
        .params     = "/fmt expr",
        .help       = "calculate",
        .cmd        = hmp_print,
    },

SRST
``print`` | ``p`` [``/``\ *fmt*] *expr*
  Evaluate *expr*, an expression as ``x`` takes it, in 64 bits, and print the value in the format ``x``,
  ``d``, ``u``, ``o`` or ``c``. A count or size in *fmt* has no effect here. Blanks may stand inside the
  expression.

  Example::

    (hmp) print /d 0x10 * 4
    64

  A register that the hart does not have is answered with ``unknown register``.
ERST

    {
        .name       = "gva2gpa",
        .args_type  = "addr:l",
        .params     = "addr",
        .help       = "translate a virtual address to a physical one",
        .cmd        = hmp_gva2gpa,
    },

SRST
``gva2gpa`` *addr*
  Walk the page tables of the current hart and print where the virtual address *addr* lies in
  guest-physical memory, or ``Unmapped``.

  Example::

    (hmp) gva2gpa $pc
    gpa: 0x80c6944c
ERST

    {
        .name       = "sum",
        .args_type  = "start:i,size:i",
        .params     = "addr size",
        .help       = "checksum a range of physical memory",
        .cmd        = hmp_sum,
    },

SRST
``sum`` *addr* *size*
  Print the 16-bit BSD checksum (``sum -r``) of *size* bytes from the physical address *addr*, with five
  digits. It answers quickly whether a kernel or an initial ramdisk lies in memory unharmed.

  Example::

    (hmp) sum 0x80000000 4096
    29021

  Both numbers have 32 bits. A range that is not memory throughout fails with ``Cannot access memory``.
ERST

DEFHEADING(Saving memory and debugging)

    {
        .name       = "gpa2hva",
        .args_type  = "addr:l",
        .params     = "addr",
        .help       = "tell where guest memory lies in the emulator",
        .cmd        = hmp_gpa2hva,
    },

SRST
``gpa2hva`` *addr*
  Print where the byte at the guest-physical address *addr* lies in the memory of this program, and the name of the
  region. On hosts other than Linux it is the place in the block that RAM and ROM share.
ERST

    {
        .name       = "gpa2hpa",
        .args_type  = "addr:l",
        .params     = "addr",
        .help       = "tell where guest memory lies in the host",
        .cmd        = hmp_gpa2hpa,
    },

SRST
``gpa2hpa`` *addr*
  Print where the byte at the guest-physical address *addr* lies in the host's RAM. Linux tells those who have the
  privileges (CAP_SYS_ADMIN).
ERST

    {
        .name       = "memsave",
        .args_type  = "val:l,size:i,filename:s",
        .params     = "addr size file",
        .help       = "save virtual memory to a file",
        .cmd        = hmp_memsave,
    },

SRST
``memsave`` *addr* *size* *file*
  Save *size* bytes from *addr* on, as the current hart translates it, to *file*. A file name that begins
  with a slash must be quoted: else the slash divides.

  Example::

    (hmp) memsave $sp 0x1000 "/tmp/stack.bin"
ERST

    {
        .name       = "pmemsave",
        .args_type  = "val:l,size:i,filename:s",
        .params     = "addr size file",
        .help       = "save physical memory to a file",
        .cmd        = hmp_pmemsave,
    },

SRST
``pmemsave`` *addr* *size* *file*
  Save *size* bytes from the guest-physical address *addr* on to *file*. What is not memory is saved as zeros.
ERST

    {
        .name       = "dumpdtb",
        .args_type  = "filename:F",
        .params     = "filename",
        .help       = "save the device tree to a file",
        .cmd        = hmp_dumpdtb,
    },

SRST
``dumpdtb`` *filename*
  Save the device tree that the firmware is given, in its binary form.
ERST

    {
        .name       = "dump-guest-memory",
        .args_type  = "paging:-p,detach:-d,windmp:-w,zlib:-z,lzo:-l,snappy:-s,raw:-R,filename:F,begin:l?,length:l?",
        .params     = "[-p] [-d] [-z|-l|-s|-w] [-R] filename [begin length]",
        .help       = "save memory and registers to a core file",
        .cmd        = hmp_dump_guest_memory,
    },

SRST
``dump-guest-memory`` [``-p``] [``-d``] [``-z``\|\ ``-l``\|\ ``-s``\|\ ``-w``] [``-R``] *filename* [*begin* *length*]
  Save the guest's memory and the registers of its harts to an ELF core file, for gdb or crash. *begin* and
  *length* limit it to a range of guest-physical addresses; ``-d`` does not wait for the end, which the event
  ``DUMP_COMPLETED`` and ``info dump`` tell. The guest stands still meanwhile. With ``-p`` addresses are
  virtual where the hart's paging is known, which it is not on this machine. ``-z`` writes kdump's form for crash,
  compressed with zlib and flattened (``makedumpfile -R`` restores it), with ``-R`` not flattened; pages of zeros take
  no room in it. The others (``-l``: lzo, ``-s``: snappy, ``-w``: of Windows) cannot be written here.
ERST

    {
        .name       = "log",
        .args_type  = "items:s",
        .params     = "item1[,...]",
        .help       = "say what is logged",
        .cmd        = hmp_log,
        .command_completion = log_completion,
    },

SRST
``log`` *item1*\ [``,``...]
  Log what the items say and nothing else; ``none`` ends that, ``log help`` lists the items.
  ``trace:``\ *pattern* enables trace events in addition. Lines go to the error output, or to the file that
  ``logfile`` names. While ``in_asm``, ``exec`` or ``cpu`` is logged, nothing of the guest runs translated, and a
  piece of code is what runs up to the next branch that is taken. A trace line shows the guest-physical address where
  QEMU shows that of its own code, and the privilege mode (0, 1 or 3) where it shows flags.
ERST

    {
        .name       = "logfile",
        .args_type  = "filename:F",
        .params     = "filename",
        .help       = "say where the log goes",
        .cmd        = hmp_logfile,
    },

SRST
``logfile`` *filename*
  Send the log to a file, which is emptied. One ``%d`` in its name stands for the number of the process.
ERST

    {
        .name       = "trace-event",
        .args_type  = "name:s,option:b,vcpu:i?",
        .params     = "name on|off [vcpu]",
        .help       = "switch a trace event",
        .cmd        = hmp_trace_event,
        .command_completion = trace_event_completion,
    },

SRST
``trace-event`` *name* ``on``\|\ ``off`` [*vcpu*]
  Trace an event, or no longer. *name* may contain ``*`` and ``?``; ``info trace-events`` lists the events.
  The lines go where the log goes. No event can be switched for one hart alone: *vcpu* is refused.
ERST

    {
        .name       = "symbols",
        .args_type  = "filename:F?,offset:l?",
        .params     = "[file [offset]]",
        .help       = "learn the symbols of a file",
        .cmd        = hmp_symbols,
    },

SRST
``symbols`` [*file* [*offset*]]
  Learn the symbols of *file*: an ELF file, a ``System.map``, or a list from ``/proc/kallsyms``. *offset* is
  added to every address, for a kernel that moved itself. A symbol's name then stands for its address in
  expressions, as in ``x /5i panic`` or ``p main + 0x10``. Without *file*: list the files whose symbols are
  known; those of ELF files that the machine was started with are known from the start. The latest file is
  asked first.

  Example::

    (hmp) symbols vmlinux
    vmlinux: 118340 symbols
    (hmp) x /2i panic
ERST

    {
        .name       = "i",
        .args_type  = "fmt:/,addr:i,index:i.",
        .params     = "/fmt addr",
        .help       = "read an I/O port",
        .cmd        = hmp_ioport_read,
    },

SRST
``i`` ``/``\ *fmt* *addr*
  Read the I/O port *addr*, with a size of ``b``, ``h`` or ``w``. RISC-V has no port instructions and nothing
  answers on ports: every read gives all ones.
ERST

    {
        .name       = "o",
        .args_type  = "fmt:/,addr:i,val:i",
        .params     = "/fmt addr value",
        .help       = "write to an I/O port",
        .cmd        = hmp_ioport_write,
    },

SRST
``o`` ``/``\ *fmt* *addr* *value*
  Write *value* to the I/O port *addr*.
ERST

    {
        .name       = "nmi",
        .args_type  = "",
        .params     = "",
        .help       = "inject a non-maskable interrupt",
        .cmd        = hmp_nmi,
    },

SRST
``nmi``
  Give the guest a non-maskable interrupt. This machine has none and refuses.
ERST

    {
        .name       = "boot_set",
        .args_type  = "bootdevice:s",
        .params     = "bootdevice",
        .help       = "say what to boot from",
        .cmd        = hmp_boot_set,
    },

SRST
``boot_set`` *bootdevice*
  Say what to boot from at the next reset. This machine has no such order and refuses.
ERST

    {
        .name       = "gdbserver",
        .args_type  = "device:s?",
        .params     = "[device]",
        .help       = "wait for a debugger",
        .cmd        = hmp_gdbserver,
        .command_completion = gdbserver_completion,
    },

SRST
``gdbserver`` [*device*]
  Wait for gdb at *device*, by default ``tcp::1234``; ``none`` ends that. Debuggers cannot connect to this
  machine: all but ``none`` is refused.
ERST

    {
        .name       = "one-insn-per-tb",
        .args_type  = "option:s?",
        .params     = "[on|off]",
        .help       = "execute instructions one by one",
        .cmd        = hmp_one_insn_per_tb,
        .command_completion = on_off_completion,
    },

SRST
``one-insn-per-tb`` [``on``\|\ ``off``]
  Have instructions executed one by one, so that every one can be seen; without a word: ``on``. The
  interpreter always does.
ERST

    {
        .name       = "exit_preconfig",
        .args_type  = "",
        .params     = "",
        .help       = "let the machine be built",
        .cmd        = hmp_exit_preconfig,
        .flags      = "p",
    },

SRST
``exit_preconfig``
  Leave the state in which the machine can still be configured. It is refused: the machine stands already.
ERST

    {
        .name       = "sync-profile",
        .args_type  = "op:s?",
        .params     = "[on|off|reset]",
        .help       = "keep a profile of locks",
        .cmd        = hmp_sync_profile,
        .command_completion = sync_profile_completion,
    },

SRST
``sync-profile`` [``on``\|\ ``off``\|\ ``reset``]
  Keep a profile of the locks that are waited for, or forget it. Without a word: tell whether it is kept.
ERST

    {
        .name       = "replay_break",
        .args_type  = "icount:l",
        .params     = "icount",
        .help       = "stop a replay at an instruction",
        .cmd        = hmp_replay_break,
    },

SRST
``replay_break`` *icount*
  Stop a replay at the instruction of that number. Nothing is replayed here: it is refused.
ERST

    {
        .name       = "replay_delete_break",
        .args_type  = "",
        .params     = "",
        .help       = "do not stop a replay",
        .cmd        = hmp_replay_delete_break,
    },

SRST
``replay_delete_break``
  Undo ``replay_break``. Nothing is replayed here: it is refused.
ERST

    {
        .name       = "replay_seek",
        .args_type  = "icount:l",
        .params     = "icount",
        .help       = "go to an instruction of a recording",
        .cmd        = hmp_replay_seek,
    },

SRST
``replay_seek`` *icount*
  Go to the instruction of that number in a recording. Nothing is recorded here: it is refused.
ERST

    {
        .name       = "migrate_set_capability",
        .args_type  = "capability:s,state:b",
        .params     = "capability state",
        .help       = "say what a migration may use",
        .cmd        = hmp_migrate_set_capability,
        .command_completion = migrate_set_capability_completion,
    },

SRST
``migrate_set_capability`` *capability* *state*
  Switch a capability of migrations ``on`` or ``off``.
ERST

    {
        .name       = "migrate_set_parameter",
        .args_type  = "parameter:s,value:S",
        .params     = "parameter value",
        .help       = "say how a migration proceeds",
        .cmd        = hmp_migrate_set_parameter,
        .command_completion = migrate_set_parameter_completion,
    },

SRST
``migrate_set_parameter`` *parameter* *value*
  Set a parameter of migrations. Bandwidths without a suffix are in MiB a second.
ERST

DEFHEADING(Devices)

    {
        .name       = "device_add",
        .args_type  = "device:O",
        .params     = "driver[,prop=value][,...]",
        .help       = "plug a device in, or list drivers and their properties",
        .cmd        = hmp_device_add,
        .command_completion = device_add_completion,
    },

SRST
``device_add`` *driver*\ [``,``\ *prop*\ ``=``\ *value*]...
  Plug a device in while the machine exists. The text is that of the option ``-device``.
  ``device_add help`` lists the drivers by category, ``device_add`` *driver*\ ``,help`` the properties of
  one driver with their types and defaults.

  Example::

    (hmp) device_add virtio-rng-device,help
    virtio-rng-device options:
      any_layout=<bool>      - on/off (default: true)
      event_idx=<bool>       - on/off (default: true)
      ...

  The bus behind a ``pcie-root-port`` takes devices of a running machine::

    (hmp) device_add virtio-rng-pci,bus=rp0,id=r1

  The root bus and the virtio-mmio slots are wired when the machine starts; for them the answer is
  ``Error: Bus 'pcie.0' does not support hotplugging``, and ``-device`` is the way.
ERST

    {
        .name       = "device_del",
        .args_type  = "id:s",
        .params     = "device",
        .help       = "unplug a device",
        .cmd        = hmp_device_del,
        .command_completion = device_del_completion,
    },

SRST
``device_del`` *device*
  Unplug the device with the identifier or QOM path *device*. Behind a root port the guest is asked by the
  attention button of the slot, and has five seconds before it may be asked again; a slot that the guest never
  switched on is emptied at once. The event DEVICE_DELETED tells when the guest has let go. Devices without an ``id=`` have to be named by their path.
ERST

    {
        .name       = "object_add",
        .args_type  = "object:S",
        .params     = "[qom-type=]type,id=str[,prop=value][,...]",
        .help       = "make an object",
        .cmd        = hmp_object_add,
        .command_completion = object_add_completion,
        .flags      = "p",
    },

SRST
``object_add`` [``qom-type=``]\ *type*\ ``,id=``\ *name*\ [``,``\ *prop*\ ``=``\ *value*]...
  Make an object for devices to refer to, below ``/objects`` of the composition tree. ``object_add help`` lists
  the types, ``object_add`` *type*\ ``,help`` the settings of one; a JSON object does as well.

  Example::

    (hmp) object_add rng-random,id=rng1
ERST

    {
        .name       = "object_del",
        .args_type  = "id:s",
        .params     = "id",
        .help       = "remove an object",
        .cmd        = hmp_object_del,
        .command_completion = object_del_completion,
        .flags      = "p",
    },

SRST
``object_del`` *id*
  Remove the object *id* that ``object_add`` or ``-object`` made. Memory that the machine uses is refused with
  ``Error: object 'ID' is in use, can not be deleted``.
ERST

    {
        .name       = "netdev_add",
        .args_type  = "netdev:O",
        .params     = "[user|tap|socket|stream|dgram|hubport],id=str[,prop=value][,...]",
        .help       = "make a network back end",
        .cmd        = hmp_netdev_add,
        .command_completion = netdev_add_completion,
        .flags      = "p",
    },

SRST
``netdev_add`` *type*\ ``,id=``\ *name*\ [``,``\ *prop*\ ``=``\ *value*]...
  Make a network back end for a card that is plugged in later. The settings are those of ``-netdev``;
  ``netdev_add help`` lists the types.

  Example::

    (hmp) netdev_add user,id=n1,hostfwd=tcp:127.0.0.1:2222-:22
ERST

    {
        .name       = "netdev_del",
        .args_type  = "id:s",
        .params     = "id",
        .help       = "remove a network back end",
        .cmd        = hmp_netdev_del,
        .command_completion = netdev_del_completion,
        .flags      = "p",
    },

SRST
``netdev_del`` *id*
  Remove the network back end *id* and close its sockets. A card that uses it stays, with its cable cut.
ERST

    {
        .name       = "announce_self",
        .args_type  = "interfaces:s?,id:s?",
        .params     = "[interfaces] [id]",
        .help       = "let network cards announce their addresses",
        .cmd        = hmp_announce_self,
        .command_completion = announce_self_completion,
    },

SRST
``announce_self`` [*interfaces*] [*id*]
  Send five frames for every network card, at growing intervals, from which switches learn where it is; a guest
  that negotiated announcements is asked to make its own. *interfaces* names some cards, with commas between
  them. A series with the same *id* as an earlier one takes its place.
ERST

    {
        .name       = "set_link",
        .args_type  = "name:s,up:b",
        .params     = "name on|off",
        .help       = "plug or unplug a network cable",
        .cmd        = hmp_set_link,
        .command_completion = set_link_completion,
    },

SRST
``set_link`` *name* ``on``\ |\ ``off``
  Tell the network device or back end *name* that its cable is in (``on``) or out (``off``). A guest whose
  driver negotiated the status field notices at once. ``info network`` lists the names; another name gives
  ``Error: Device 'NAME' not found``.
ERST

    {
        .name       = "hostfwd_add",
        .args_type  = "arg1:s,arg2:s?",
        .params     = "[netdev_id] [tcp|udp]:[hostaddr]:hostport-[guestaddr]:guestport",
        .help       = "let a port of the host lead to the guest",
        .cmd        = hmp_hostfwd_add,
        .command_completion = hostfwd_completion,
    },

SRST
``hostfwd_add`` [*netdev_id*] [``tcp``\ |\ ``udp``]\ ``:``\ [*hostaddr*]\ ``:``\ *hostport*\ ``-``\ [*guestaddr*]\ ``:``\ *guestport*
  Forward connections to *hostport* of the host, or datagrams with ``udp``, to *guestport* of the guest,
  through the user network *netdev_id* (``-netdev user``); without it, through the newest one. Without
  *hostaddr* the port is open on all addresses of the host: ``127.0.0.1`` keeps it to the host itself.
  Without *guestaddr* it is the first address that DHCP gives away. ``info usernet`` lists the rules.

  Example::

    (hmp) hostfwd_add tcp:127.0.0.1:2222-:22

  A port that is taken is answered with ``Could not set up host forwarding rule 'RULE'``.
ERST

    {
        .name       = "hostfwd_remove",
        .args_type  = "arg1:s,arg2:s?",
        .params     = "[netdev_id] [tcp|udp]:[hostaddr]:hostport",
        .help       = "end the forwarding of a port of the host",
        .cmd        = hmp_hostfwd_remove,
        .command_completion = hostfwd_completion,
    },

SRST
``hostfwd_remove`` [*netdev_id*] [``tcp``\ |\ ``udp``]\ ``:``\ [*hostaddr*]\ ``:``\ *hostport*
  End a rule of ``hostfwd_add`` or ``hostfwd=``. Connections that exist stay.

  Example::

    (hmp) hostfwd_remove tcp:127.0.0.1:2222
    host forwarding rule for tcp:127.0.0.1:2222 removed
ERST

    {
        .name       = "chardev-add",
        .args_type  = "args:s",
        .params     = "args",
        .help       = "make a character device",
        .cmd        = hmp_chardev_add,
        .command_completion = chardev_add_completion,
    },

SRST
``chardev-add`` *args*
  Make a character device for devices to use. *args* are those of ``-chardev``: a back end, ``id=`` and the
  back end's own settings. ``chardev-add help`` lists the back ends. A socket that listens does not hold up
  the monitor if ``wait=off`` is among them.

  Example::

    (hmp) chardev-add socket,id=c0,path=/tmp/c0,server=on,wait=off
ERST

    {
        .name       = "chardev-change",
        .args_type  = "id:s,args:s",
        .params     = "id args",
        .help       = "lead a character device elsewhere",
        .cmd        = hmp_chardev_change,
        .command_completion = chardev_change_completion,
    },

SRST
``chardev-change`` *id* *args*
  Give the character device *id* another back end. The device of the guest that uses it goes on with the
  new one. *args* are those of ``chardev-add`` without ``id=``. If the new back end cannot be had the old one
  stays.

  Example::

    (hmp) chardev-change serial0 file,path=/tmp/serial.log
ERST

    {
        .name       = "chardev-remove",
        .args_type  = "id:s",
        .params     = "id",
        .help       = "remove a character device",
        .cmd        = hmp_chardev_remove,
        .command_completion = chardev_remove_completion,
    },

SRST
``chardev-remove`` *id*
  Remove the character device *id* and close what it leads to. One that a device uses is refused with
  ``Error: Chardev 'ID' is busy``.
ERST

    {
        .name       = "chardev-send-break",
        .args_type  = "id:s",
        .params     = "id",
        .help       = "send a break on a character device",
        .cmd        = hmp_chardev_send_break,
        .command_completion = chardev_remove_completion,
    },

SRST
``chardev-send-break`` *id*
  Send a break to the device of the guest that uses the character device *id*. A serial port reports it to
  its driver; with Linux as the guest that begins a SysRq request.
ERST

    {
        .name       = "ringbuf_write",
        .args_type  = "device:s,data:s",
        .params     = "device data",
        .help       = "put text into a ring buffer",
        .cmd        = hmp_ringbuf_write,
        .command_completion = ringbuf_completion,
    },

SRST
``ringbuf_write`` *device* *data*
  Put *data* into the character device *device*, which must be a ring buffer (``-chardev ringbuf``), as if the
  guest had sent it. When the buffer is full the oldest bytes are forgotten.
ERST

    {
        .name       = "ringbuf_read",
        .args_type  = "device:s,size:i",
        .params     = "device size",
        .help       = "take text out of a ring buffer",
        .cmd        = hmp_ringbuf_read,
        .command_completion = ringbuf_completion,
    },

SRST
``ringbuf_read`` *device* *size*
  Take at most *size* bytes, the oldest first, out of the ring buffer *device* and print them. Control
  characters are printed as ``\uXXXX``, a backslash as two.

  Example::

    (hmp) chardev-add ringbuf,id=log
    (hmp) ringbuf_write log hello
    (hmp) ringbuf_read log 100
    hello
ERST

    {
        .name       = "balloon",
        .args_type  = "value:M",
        .params     = "target",
        .help       = "ask the guest to shrink or grow to a size",
        .cmd        = hmp_balloon,
    },

SRST
``balloon`` *target*
  Ask the balloon driver to leave the guest *target* MiB of memory; *target* is an expression as ``print``
  takes it. The guest gives pages back at its own pace: ``info balloon`` shows how far it has come, and each
  step sends the event BALLOON_CHANGE.

  Without a virtio-balloon device the answer is ``Error: No balloon device has been activated``.
ERST

DEFHEADING(Keyboard, mouse and display)

    {
        .name       = "sendkey",
        .args_type  = "keys:s,hold-time:i?",
        .params     = "keys [hold_ms]",
        .help       = "press keys together on the guest's keyboard, as in 'sendkey ctrl-alt-f1'",
        .cmd        = hmp_sendkey,
        .command_completion = sendkey_completion,
    },

SRST
``sendkey`` *keys* [*hold_ms*]
  Press the keys of *keys*, which ``-`` joins, one after the other, and let go of them in the opposite order.
  From each step to the next *hold_ms* milliseconds of the guest's time pass, 10 without it; keys of the next
  ``sendkey`` wait until these are done. A key is a name, which Tab completes, or a scancode such as ``0x1e``.

  Example::

    (hmp) sendkey ctrl-alt-delete
    (hmp) sendkey shift-a 100

  What is no key is answered with ``invalid parameter: NAME``. While the machine is stopped, and without a
  keyboard (``-device virtio-keyboard-device``) whose driver listens, keys are lost.
ERST

    {
        .name       = "mouse_move",
        .args_type  = "dx_str:s,dy_str:s,dz_str:s?",
        .params     = "dx dy [dz]",
        .help       = "move the guest's mouse, and turn its wheel",
        .cmd        = hmp_mouse_move,
    },

SRST
``mouse_move`` *dx* *dy* [*dz*]
  Move the mouse by *dx* to the right and *dy* down; with *dz*, turn the wheel a step: away from the hand if
  it is positive, towards it if it is negative. Only devices that tell movements take it: a tablet does not.
ERST

    {
        .name       = "mouse_button",
        .args_type  = "button_state:i",
        .params     = "state",
        .help       = "press and let go of the guest's mouse buttons",
        .cmd        = hmp_mouse_button,
    },

SRST
``mouse_button`` *state*
  Press and let go of buttons until those of *state* are down: 1 is the left one, 2 the right, 4 the middle;
  the sum of several means all of them, 0 none.
ERST

    {
        .name       = "mouse_set",
        .args_type  = "index:i",
        .params     = "index",
        .help       = "choose the device that mouse events go to",
        .cmd        = hmp_mouse_set,
        .command_completion = mouse_completion,
    },

SRST
``mouse_set`` *index*
  Send pointer events to the device with this number from now on; ``info mice`` lists them. A device whose
  driver starts later takes its place.
ERST

    {
        .name       = "screendump",
        .args_type  = "filename:F,format:-fs,device:s?,head:i?",
        .params     = "filename [-f format] [device [head]]",
        .help       = "save what a display shows as a picture, PPM or PNG",
        .cmd        = hmp_screendump,
        .command_completion = screendump_completion,
    },

SRST
``screendump`` *filename* [``-f`` *format*] [*device* [*head*]]
  Write what the first display shows to *filename*, or what display *head* (0 without it) of the device with
  the identifier *device* shows. *format* is ``ppm``, which it is without ``-f``, or ``png``.

  Example::

    (hmp) screendump screen.png -f png
    (hmp) screendump second.ppm gpu0 1

  A display that the guest does not drive shows a message that says so. A machine without display devices
  (``-device virtio-gpu-device``) answers ``Error: There is no console to take a screendump from``.
ERST

DEFHEADING(Drives)

    {
        .name       = "eject",
        .args_type  = "force:-f,device:B",
        .params     = "[-f] device",
        .help       = "take the medium out of a drive (-f: even if the guest holds it)",
        .cmd        = hmp_eject,
    },

SRST
``eject`` [``-f``] *device*
  Open the tray of the drive *device* and take the medium out. A guest that holds the medium is asked to let
  it go; the command then fails, and can be given again once the tray is open. ``-f`` does not ask. Disks that
  are built in answer ``Error: Device 'NAME' is not removable``.
ERST

    {
        .name       = "change",
        .args_type  = "device:B,force:-f,target:F,arg:s?,read-only-mode:s?",
        .params     = "device [-f] filename [format [read-only-mode]]",
        .help       = "put another medium into a drive",
        .cmd        = hmp_change,
        .command_completion = change_completion,
    },

SRST
``change`` *device* [``-f``] *filename* [*format* [*read-only-mode*]]
  Take the medium out of the drive *device* and put the image *filename* in. The *format* is ``raw``; leave it
  out only for images that the guest is not to write to. *read-only-mode* is ``retain`` (the default),
  ``read-only`` or ``read-write``.
ERST

    {
        .name       = "block_resize",
        .args_type  = "device:B,size:o",
        .params     = "device size",
        .help       = "give an image another size",
        .cmd        = hmp_block_resize,
        .flags      = "p",
    },

SRST
``block_resize`` *device* *size*
  Make the image in the drive *device* longer or shorter while the guest runs, which its driver notices.
  A *size* without a unit is in MiB. What lies beyond the new end is lost.
ERST

    {
        .name       = "drive_add",
        .args_type  = "node:-n,pci_addr:s,opts:s",
        .params     = "[-n] addr options",
        .help       = "open an image for a device to come (-n: a node alone)",
        .cmd        = hmp_drive_add,
    },

SRST
``drive_add`` [``-n``] *addr* *options*
  Make a drive as ``-drive`` does; ``if=none`` is the only interface that can be added to a running machine.
  *addr* is not looked at: give 0. With ``-n`` the *options* are those of a node: ``driver=``,
  ``node-name=`` and what the driver needs, for example ``driver=null-co,node-name=n0``.
ERST

    {
        .name       = "drive_del",
        .args_type  = "id:B",
        .params     = "device",
        .help       = "close a drive or a node",
        .cmd        = hmp_drive_del,
    },

SRST
``drive_del`` *device*
  Close the image of a drive and forget the drive's name. A device that uses it stays, and all its requests
  fail from then on. *device* can also be a node that nothing uses.
ERST

    {
        .name       = "block_set_io_throttle",
        .args_type  = "device:B,bps:l,bps_rd:l,bps_wr:l,iops:l,iops_rd:l,iops_wr:l",
        .params     = "device bps bps_rd bps_wr iops iops_rd iops_wr",
        .help       = "limit bytes and requests of a drive in a second",
        .cmd        = hmp_block_set_io_throttle,
        .flags      = "p",
    },

SRST
``block_set_io_throttle`` *device* *bps* *bps_rd* *bps_wr* *iops* *iops_rd* *iops_wr*
  Hold the requests of the drive *device* back so that they stay below so many bytes and so many requests in a
  second, in all or by direction. 0 stands for no limit; a total excludes its two directions. Six zeroes
  set the drive free.
ERST

    {
        .name       = "commit",
        .args_type  = "device:B",
        .params     = "device|all",
        .help       = "write an image's changes to the image below it",
        .cmd        = hmp_commit,
    },

SRST
``commit`` *device*\ |\ ``all``
  Write what changed in the image of *device* to the image that it is based on: with ``snapshot=on`` that is the one on
  the command line. Other images are based on nothing: they answer ``Operation not supported``, and with ``all`` they
  are passed over.
ERST

    {
        .name       = "qemu-io",
        .args_type  = "qdev:-d,device:B,command:s",
        .params     = "[-d] device command",
        .help       = "read, write and test a block device by hand (-d: device is an id or a QOM path)",
        .cmd        = hmp_qemu_io,
        .command_completion = qemu_io_completion,
    },

SRST
``qemu-io`` [``-d``] *device* *command*
  Run a command of QEMU's image tester on a drive or a node of the block graph, with ``-d`` on the drive of the device
  with this id or QOM path. The command and its arguments are one word of the line, so that they are put in quotes:
  ``"help"`` lists the commands, ``"help read"`` tells all about one. Requests go the way of the guest's: through the
  limits of the drive, its statistics (``aio_read``, ``aio_write``, ``aio_discard``), records of writes and ``blkdebug`` nodes.

  Offsets and lengths are bytes, with a unit if wanted (``4k``, ``1.5M``, ``0x200``). The guest is not asked: take care
  of what it has on the disk.

  What a request of ``aio_read`` or the like has to say is part of the answer if it ends within a moment, otherwise of
  the next one. ``break``, ``wait_break``, ``resume`` and ``remove_break`` hold requests at a ``blkdebug`` node; who gives a
  request that is held waits for it, unless it is one of ``aio_read`` and the like.

  Example::

    (hmp) qemu-io d0 "write -P 0x55 512 1k"
    wrote 1024/1024 bytes at offset 512
    1 KiB, 1 ops; 00.00 sec (7.805 MiB/sec and 7992.3912 ops/sec)
    (hmp) qemu-io d0 "read -v 512 16"
    00000200:  55 55 55 55 55 55 55 55 55 55 55 55 55 55 55 55  UUUUUUUUUUUUUUUU
    read 16/16 bytes at offset 512
    16 bytes, 1 ops; 00.00 sec (122.070 KiB/sec and 7812.5000 ops/sec)
ERST

    {
        .name       = "savevm",
        .args_type  = "name:s?",
        .params     = "tag",
        .help       = "save a snapshot of the machine in its images",
        .cmd        = hmp_savevm,
    },

SRST
``savevm`` *tag*
  Save the machine's state and its disks as the snapshot *tag*, in images that can hold snapshots. Raw images
  cannot: as long as one of them is writable, or there is no other, the command says so and does nothing.
ERST

    {
        .name       = "loadvm",
        .args_type  = "name:s",
        .params     = "tag",
        .help       = "go back to a snapshot of the machine",
        .cmd        = hmp_loadvm,
    },

SRST
``loadvm`` *tag*
  Go back to the snapshot *tag* that ``savevm`` made. Where nothing can be saved it is refused likewise.
ERST

    {
        .name       = "delvm",
        .args_type  = "name:s",
        .params     = "tag",
        .help       = "delete a snapshot of the machine",
        .cmd        = hmp_delvm,
    },

SRST
``delvm`` *tag*
  Delete the snapshot *tag* from all images that hold it.
ERST

DEFHEADING(Object model)

    {
        .name       = "qom-list",
        .args_type  = "path:s?",
        .params     = "path",
        .help       = "list the properties of an object",
        .cmd        = hmp_qom_list,
        .flags      = "p",
        .command_completion = qom_path_completion,
    },

SRST
``qom-list`` [*path*]
  List the properties of the object at *path*, each with its type. A type ``child<T>`` is an object below
  this one, ``link<T>`` a reference to one elsewhere. Without a path the root ``/`` is printed, the place
  to begin.

  Example::

    (hmp) qom-list /machine/peripheral
    type (string)
    rng0 (child<virtio-rng-device>)

  A path that leads nowhere gives ``Error: Device 'PATH' not found``.
ERST

    {
        .name       = "qom-get",
        .args_type  = "path:s,property:s",
        .params     = "path property",
        .help       = "print a property of an object",
        .cmd        = hmp_qom_get,
        .flags      = "p",
        .command_completion = qom_property_completion,
    },

SRST
``qom-get`` *path* *property*
  Print the value of one property as JSON.

  Example::

    (hmp) qom-get /machine/peripheral/rng0 type
    "virtio-rng-device"

  A property that the object does not have gives ``Error: Property 'TYPE.NAME' not found``.
ERST

    {
        .name       = "qom-set",
        .args_type  = "json:-j,path:s,property:s,value:S",
        .params     = "[-j] path property value",
        .help       = "change a property of an object; -j: the value is JSON",
        .cmd        = hmp_qom_set,
        .flags      = "p",
        .command_completion = qom_property_completion,
    },

SRST
``qom-set`` [``-j``] *path* *property* *value*
  Change one property. *value*, all that remains of the line, is read by the type of the property:
  ``on``/``off`` for a bool, a number for integers, and text otherwise. With ``-j`` it is JSON, which
  structured properties need.

  Example::

    (hmp) qom-set /machine/peripheral/bal0 guest-stats-polling-interval 2

  Many properties can only be set while a device is made; the error then says that the device is already
  realized. Others cannot be written at all.
ERST

    {
        .name       = "block_stream",
        .args_type  = "device:B,speed:o?,base:s?",
        .params     = "device [speed [base]]",
        .help       = "copy into an image what is in those below it",
        .cmd        = hmp_block_stream,
        .flags      = "p",
    },

SRST
``block_stream`` *device* [*speed* [*base*]]
  Copy what is in the images below that of *device* into it, down to *base*. Raw images have none below
  them, so that the job is done at once.
ERST

    {
        .name       = "block_job_set_speed",
        .args_type  = "device:B,speed:o",
        .params     = "device speed",
        .help       = "limit how fast a job works",
        .cmd        = hmp_block_job_set_speed,
        .flags      = "p",
    },

SRST
``block_job_set_speed`` *device* *speed*
  Let the job *device* work at *speed* bytes a second, or with 0 as fast as it can.
ERST

    {
        .name       = "block_job_cancel",
        .args_type  = "force:-f,device:B",
        .params     = "[-f] device",
        .help       = "ask a job to give up",
        .cmd        = hmp_block_job_cancel,
        .flags      = "p",
    },

SRST
``block_job_cancel`` [``-f``] *device*
  Ask the job *device* to give up; with ``-f`` even where it could come to its end in order.
ERST

    {
        .name       = "block_job_complete",
        .args_type  = "device:B",
        .params     = "device",
        .help       = "ask a job that could go on for ever to end",
        .cmd        = hmp_block_job_complete,
        .flags      = "p",
    },

SRST
``block_job_complete`` *device*
  Ask the job *device*, a copy that follows its source, to come to its end.
ERST

    {
        .name       = "block_job_pause",
        .args_type  = "device:B",
        .params     = "device",
        .help       = "hold a job up",
        .cmd        = hmp_block_job_pause,
        .flags      = "p",
    },

SRST
``block_job_pause`` *device*
  Hold the job *device* up.
ERST

    {
        .name       = "block_job_resume",
        .args_type  = "device:B",
        .params     = "device",
        .help       = "let a job go on",
        .cmd        = hmp_block_job_resume,
        .flags      = "p",
    },

SRST
``block_job_resume`` *device*
  Let the job *device* go on that was held up.
ERST

    {
        .name       = "wavcapture",
        .args_type  = "path:F,audiodev:s,freq:i?,bits:i?,nchannels:i?",
        .params     = "path audiodev [frequency [bits [channels]]]",
        .help       = "record sound to a file",
        .cmd        = hmp_wavcapture,
    },

SRST
``wavcapture`` *path* *audiodev* [*frequency* [*bits* [*channels*]]]
  Record what *audiodev* plays to a WAV file. There are no audio back ends here, so that none is found.
ERST

    {
        .name       = "stopcapture",
        .args_type  = "n:i",
        .params     = "capture index",
        .help       = "end a recording",
        .cmd        = hmp_stopcapture,
    },

SRST
``stopcapture`` *index*
  End the recording with that number in ``info capture``; of one that there is not nothing is said.
ERST

    {
        .name       = "migrate",
        .args_type  = "detach:-d,resume:-r,uri:s",
        .params     = "[-d] [-r] uri",
        .help       = "send the machine elsewhere",
        .cmd        = hmp_migrate,
    },

SRST
``migrate`` [``-d``] [``-r``] *uri*
  Send the machine to *uri*. The state of its harts cannot be sent yet, so that the command is refused
  whatever *uri* is, and nothing is opened or started; ``savevm`` is refused likewise.
ERST

    {
        .name       = "migrate_cancel",
        .args_type  = "",
        .params     = "",
        .help       = "give the migration up",
        .cmd        = hmp_migrate_cancel,
    },

SRST
``migrate_cancel``
  Give the migration up. There never is one, and nothing happens.
ERST

    {
        .name       = "migrate_continue",
        .args_type  = "state:s",
        .params     = "state",
        .help       = "let a migration go on that waits",
        .cmd        = hmp_migrate_continue,
    },

SRST
``migrate_continue`` *state*
  Let a migration go on that waits in *state*.
ERST

    {
        .name       = "migrate_incoming",
        .args_type  = "uri:s",
        .params     = "uri",
        .help       = "say where a machine comes from that was started to wait",
        .cmd        = hmp_migrate_incoming,
    },

SRST
``migrate_incoming`` *uri*
  Say where the machine comes from that ``-incoming defer`` waits for.
ERST

    {
        .name       = "migrate_recover",
        .args_type  = "uri:s",
        .params     = "uri",
        .help       = "take up an interrupted migration again",
        .cmd        = hmp_migrate_recover,
    },

SRST
``migrate_recover`` *uri*
  Take up a migration again that was interrupted after the guest had left.
ERST

    {
        .name       = "migrate_pause",
        .args_type  = "",
        .params     = "",
        .help       = "interrupt a migration",
        .cmd        = hmp_migrate_pause,
    },

SRST
``migrate_pause``
  Interrupt a migration whose guest runs on the other side already.
ERST

    {
        .name       = "migrate_start_postcopy",
        .args_type  = "",
        .params     = "",
        .help       = "let the guest run on the other side before its memory is there",
        .cmd        = hmp_migrate_start_postcopy,
    },

SRST
``migrate_start_postcopy``
  Let the guest run on the other side while its memory follows.
ERST

    {
        .name       = "x_colo_lost_heartbeat",
        .args_type  = "",
        .params     = "",
        .help       = "say that the other machine of a pair is gone",
        .cmd        = hmp_x_colo_lost_heartbeat,
    },

SRST
``x_colo_lost_heartbeat``
  Say that the machine that runs in step with this one is gone. There never is one.
ERST

    {
        .name       = "client_migrate_info",
        .args_type  = "protocol:s,hostname:s,port:i?,tls-port:i?,cert-subject:s?",
        .params     = "protocol hostname port tls-port cert-subject",
        .help       = "tell clients of the display where the machine will be",
        .cmd        = hmp_client_migrate_info,
    },

SRST
``client_migrate_info`` *protocol* *hostname* *port* *tls-port* *cert-subject*
  Tell clients of a SPICE display where the machine will be. There is no such display.
ERST

    {
        .name       = "snapshot_blkdev",
        .args_type  = "reuse:-n,device:B,snapshot-file:s?,format:s?",
        .params     = "[-n] device [new-image-file] [format]",
        .help       = "put an overlay on top of an image",
        .cmd        = hmp_snapshot_blkdev,
    },

SRST
``snapshot_blkdev`` [``-n``] *device* [*new-image-file*] [*format*]
  Put an image on top of that of *device*, which stays as it is; with ``-n`` one that is there already.
  Raw images cannot be on top of others, and other formats are not known.
ERST

    {
        .name       = "snapshot_blkdev_internal",
        .args_type  = "device:B,name:s",
        .params     = "device name",
        .help       = "keep the state of an image inside it",
        .cmd        = hmp_snapshot_blkdev_internal,
    },

SRST
``snapshot_blkdev_internal`` *device* *name*
  Keep the state of the image of *device* inside it, under a *name*. Raw images cannot.
ERST

    {
        .name       = "snapshot_delete_blkdev_internal",
        .args_type  = "device:B,name:s,id:s?",
        .params     = "device name [id]",
        .help       = "forget a state that an image keeps",
        .cmd        = hmp_snapshot_delete_blkdev_internal,
    },

SRST
``snapshot_delete_blkdev_internal`` *device* *name* [*id*]
  Forget a state that the image of *device* keeps. Raw images keep none.
ERST

    {
        .name       = "drive_mirror",
        .args_type  = "reuse:-n,full:-f,device:B,target:s,format:s?",
        .params     = "[-n] [-f] device target [format]",
        .help       = "copy an image and what changes",
        .cmd        = hmp_drive_mirror,
    },

SRST
``drive_mirror`` [``-n``] [``-f``] *device* *target* [*format*]
  Copy the image of *device*, and what changes meanwhile, to *target*, a new raw file or with ``-n`` one that is there.
  ``-f`` makes no difference here, since no image is on top of another. ``info block-jobs`` shows how far the job is; when it
  has all, ``block_job_complete`` lets the copy take the image's place, and ``block_job_cancel`` leaves it as it is then.
ERST

    {
        .name       = "drive_backup",
        .args_type  = "reuse:-n,full:-f,compress:-c,device:B,target:s,format:s?",
        .params     = "[-n] [-f] [-c] device target [format]",
        .help       = "copy an image as it is now",
        .cmd        = hmp_drive_backup,
    },

SRST
``drive_backup`` [``-n``] [``-f``] [``-c``] *device* *target* [*format*]
  Copy the image of *device* as it is now to *target*, a new raw file or with ``-n`` one that is there: what the guest is
  about to change is copied before. ``-f`` makes no difference here, and ``-c`` is refused, since raw images are not
  compressed.
ERST

    {
        .name       = "pcie_aer_inject_error",
        .args_type  = "advisory_non_fatal:-a,correctable:-c,id:s,error_status:s,header0:i?,header1:i?,header2:i?,header3:i?,prefix0:i?,prefix1:i?,prefix2:i?,prefix3:i?",
        .params     = "[-a] [-c] id <error_status> [<tlp header> [<tlp header prefix>]]",
        .help       = "let a PCI Express device report an error",
        .cmd        = hmp_pcie_aer_inject_error,
    },

SRST
``pcie_aer_inject_error`` [``-a``] [``-c``] *id* *error_status* [*header* [*prefix*]]
  Let the device *id* report an error. No device here has the capability for it.
ERST

    {
        .name       = "nbd_server_start",
        .args_type  = "all:-a,writable:-w,uri:s",
        .params     = "nbd_server_start [-a] [-w] host:port",
        .help       = "let clients of NBD come",
        .cmd        = hmp_nbd_server_start,
        .flags      = "p",
    },

SRST
``nbd_server_start`` [``-a``] [``-w``] *host*\ ``:``\ *port*
  Let clients of NBD come, a hundred at a time, to *host*\ ``:``\ *port* or to ``unix:``\ *path*. With ``-a`` the image
  of every drive is offered at once under the drive's name, and with ``-w`` clients may write where the image and the
  guest's device (``share-rw=on``) let them. There is no encryption: whoever reaches the port reads the images.
ERST

    {
        .name       = "nbd_server_add",
        .args_type  = "writable:-w,device:B,name:s?",
        .params     = "nbd_server_add [-w] device [name]",
        .help       = "offer an image to clients of NBD",
        .cmd        = hmp_nbd_server_add,
        .flags      = "p",
    },

SRST
``nbd_server_add`` [``-w``] *device* [*name*]
  Offer the image of *device*, a drive or a node, to clients of NBD as *name*, or as *device*. They may write with
  ``-w``.
ERST

    {
        .name       = "nbd_server_remove",
        .args_type  = "force:-f,name:s",
        .params     = "nbd_server_remove [-f] name",
        .help       = "take an image from clients of NBD",
        .cmd        = hmp_nbd_server_remove,
        .flags      = "p",
    },

SRST
``nbd_server_remove`` [``-f``] *name*
  Take an image back. While a client has it that needs ``-f``, which sends the client away.
ERST

    {
        .name       = "nbd_server_stop",
        .args_type  = "",
        .params     = "nbd_server_stop",
        .help       = "end the NBD server",
        .cmd        = hmp_nbd_server_stop,
        .flags      = "p",
    },

SRST
``nbd_server_stop``
  End the server, and all that it offers.
ERST

    {
        .name       = "getfd",
        .args_type  = "fdname:s",
        .params     = "getfd name",
        .help       = "give a descriptor that came along a name",
        .cmd        = hmp_getfd,
        .flags      = "p",
    },

SRST
``getfd`` *name*
  Give the file descriptor that came with the command a name. None can come: Node does not take
  descriptors off sockets.
ERST

    {
        .name       = "closefd",
        .args_type  = "fdname:s",
        .params     = "closefd name",
        .help       = "close a descriptor that has a name",
        .cmd        = hmp_closefd,
        .flags      = "p",
    },

SRST
``closefd`` *name*
  Close a file descriptor that was given a name.
ERST

    {
        .name       = "set_password",
        .args_type  = "protocol:s,password:s,display:-ds,connected:s?",
        .params     = "protocol password [-d display] [action-if-connected]",
        .help       = "give a display a password",
        .cmd        = hmp_set_password,
    },

SRST
``set_password`` *protocol* *password* [``-d`` *display*] [*action-if-connected*]
  Give a VNC or SPICE display a password. There are none.
ERST

    {
        .name       = "expire_password",
        .args_type  = "protocol:s,time:s,display:-ds",
        .params     = "protocol time [-d display]",
        .help       = "say until when a password is good",
        .cmd        = hmp_expire_password,
    },

SRST
``expire_password`` *protocol* *time* [``-d`` *display*]
  Say until when the password of a display is good: ``now``, ``never``, ``+``\ *seconds*, or a time.
ERST

    {
        .name       = "calc_dirty_rate",
        .args_type  = "dirty_ring:-r,dirty_bitmap:-b,second:l,sample_pages_per_GB:l?",
        .params     = "[-r] [-b] second [sample_pages_per_GB]",
        .help       = "measure how fast the guest writes to memory",
        .cmd        = hmp_calc_dirty_rate,
    },

SRST
``calc_dirty_rate`` [``-r``] [``-b``] *second* [*sample_pages_per_GB*]
  Measure for 1 to 60 seconds how fast the guest writes to memory; ``info dirty_rate`` tells what came of
  it. Pages at random are compared, 512 in each gibibyte unless told; with ``-b`` all are. ``-r`` takes the
  host's kernel and is refused.
ERST

    {
        .name       = "set_vcpu_dirty_limit",
        .args_type  = "dirty_rate:l,cpu_index:l?",
        .params     = "dirty_rate [cpu_index]",
        .help       = "limit how fast harts write",
        .cmd        = hmp_set_vcpu_dirty_limit,
    },

SRST
``set_vcpu_dirty_limit`` *dirty_rate* [*cpu_index*]
  Limit how many megabytes a second harts write. That takes the host's kernel, and is refused.
ERST

    {
        .name       = "cancel_vcpu_dirty_limit",
        .args_type  = "cpu_index:l?",
        .params     = "[cpu_index]",
        .help       = "drop the limit on how fast harts write",
        .cmd        = hmp_cancel_vcpu_dirty_limit,
    },

SRST
``cancel_vcpu_dirty_limit`` [*cpu_index*]
  Drop that limit.
ERST
