HXCOMM The sub commands of "info". See hmp-commands.hx about the form.

DEFHEADING(Reports)

    {
        .name       = "version",
        .args_type  = "",
        .params     = "",
        .help       = "tell the version of the monitor",
        .cmd        = hmp_info_version,
        .flags      = "p",
    },

SRST
``info version``
  Print the version of the machine that answers, as major, minor and micro number.
ERST

    {
        .name       = "status",
        .args_type  = "",
        .params     = "",
        .help       = "tell whether the guest runs, and if not, why",
        .cmd        = hmp_info_status,
        .flags      = "p",
    },

SRST
``info status``
  Print ``VM status: running`` or ``VM status: paused``. When it is not a plain pause, the run state
  follows in parentheses: ``prelaunch`` (started with ``-S``), ``shutdown``, ``guest-panicked``,
  ``watchdog``, ``internal-error``, ``suspended``.

  Example::

    (hmp) info status
    VM status: paused (prelaunch)
ERST

    {
        .name       = "name",
        .args_type  = "",
        .params     = "",
        .help       = "tell the name of the machine",
        .cmd        = hmp_info_name,
        .flags      = "p",
    },

SRST
``info name``
  Print the name that the option ``-name`` gave, or nothing.
ERST

    {
        .name       = "uuid",
        .args_type  = "",
        .params     = "",
        .help       = "tell the UUID of the machine",
        .cmd        = hmp_info_uuid,
        .flags      = "p",
    },

SRST
``info uuid``
  Print the identifier that the option ``-uuid`` gave; all digits are zero without it.
ERST

    {
        .name       = "history",
        .args_type  = "",
        .params     = "",
        .help       = "list the lines typed so far",
        .cmd        = hmp_info_history,
        .flags      = "p",
    },

SRST
``info history``
  List the command lines of this session with their numbers, the oldest first and this one last.

  Example::

    (hmp) info history
    0: 'info status'
    1: 'info history'
ERST

    {
        .name       = "cpus",
        .args_type  = "",
        .params     = "",
        .help       = "list the harts",
        .cmd        = hmp_info_cpus,
    },

SRST
``info cpus``
  One line for each hart: its number, the host thread that runs it, and its model. A star marks the
  current one, which ``cpu`` changes.

  Example::

    (hmp) info cpus
    * CPU #0: thread_id=14839 model=rv64
ERST

    {
        .name       = "registers",
        .args_type  = "cpustate_all:-a,vcpu:i?",
        .params     = "[-a|vcpu]",
        .help       = "show the registers of a hart (-a: of all harts)",
        .cmd        = hmp_info_registers,
        .command_completion = cpu_completion,
    },

SRST
``info registers`` [``-a`` | *vcpu*]
  Show the program counter, the control and status registers, the integer registers with their ABI names
  and, where the hart has them, the floating point registers, in hexadecimal. *vcpu* is a hart's number,
  ``-a`` means every hart, and otherwise it is the current one. Stop the machine first for a picture in
  which all values belong together.

  A number that no hart has gives ``CPU#N not available``.
ERST

    {
        .name       = "mtree",
        .args_type  = "flatview:-f,dispatch_tree:-d,owner:-o,disabled:-D",
        .params     = "[-f][-d][-o][-D]",
        .help       = "show the memory map (-f: flattened; -d: with dispatch tree; "
                      "-o: with owners; -D: with disabled regions)",
        .cmd        = hmp_info_mtree,
    },

SRST
``info mtree`` [``-f``] [``-d``] [``-o``] [``-D``]
  Show the address spaces and their memory regions as a tree: first and last address, priority, kind
  (ram, rom, i/o, romd) and name. A region that overlaps another wins by priority.

  - ``-f``: the flat view, that is what is visible at each address in the end;
  - ``-d``: with ``-f``, also the tables by which accesses find their region;
  - ``-o``: with the object or device that owns each region;
  - ``-D``: also regions that are switched off.

  Example::

    (hmp) info mtree -f
    FlatView #1
     AS "memory", root: system
     AS "cpu-memory-0", root: system
     Root memory region: system
      0000000000001000-000000000000ffff (prio 0, rom): riscv_virt_board.mrom
      ...
      0000000080000000-0000000087ffffff (prio 0, ram): riscv_virt_board.ram
ERST

    {
        .name       = "pci",
        .args_type  = "",
        .params     = "",
        .help       = "list the devices on the PCI buses",
        .cmd        = hmp_info_pci,
    },

SRST
``info pci``
  List the functions on all PCI buses: what each is, its vendor and device id, its interrupt line and pin,
  and its regions with the addresses that the guest has given them; all ones stand for a region that is not
  mapped. For a bridge it shows the numbers of its buses and what it forwards; the devices behind it follow
  once the guest has numbered the bus.

  Example::

    (hmp) info pci
      Bus  0, device   0, function 0:
        Host bridge: PCI device 1b36:0008
          PCI subsystem 1af4:1100
          id ""
ERST

    {
        .name       = "roms",
        .args_type  = "",
        .params     = "",
        .help       = "list what was loaded into the machine at its start",
        .cmd_info_hrt = qmp_x_query_roms,
    },

SRST
``info roms``
  List the images that a reset writes into memory: the boot code, firmware, kernel, initial ramdisk and
  device tree, each with its address, its size and its name or file.

  Example::

    (hmp) info roms
    addr=0000000000001000 size=0x000028 mem=rom name="mrom.reset"
    addr=0000000087e00000 size=0x0013a4 mem=ram name="fdt"
ERST

    {
        .name       = "jit",
        .args_type  = "",
        .params     = "",
        .help       = "show how much guest code is translated",
        .cmd_info_hrt = qmp_x_query_jit,
    },

SRST
``info jit``
  Show the state of the translator, which turns guest code that runs often into WebAssembly: bytes of the
  modules and their limit, how many regions of code there are and how long they are, and how often
  translations of code and of addresses were dropped. The lines are those that QEMU prints for TCG: a TB
  is a region, and host sizes are those of WebAssembly before the host compiles it.
ERST

    {
        .name       = "accel",
        .args_type  = "",
        .params     = "",
        .help       = "show figures of the execution engine",
        .cmd_info_hrt = qmp_x_query_jit,
    },

SRST
``info accel``
  Show the figures of the execution engine; the same as ``info jit``.
ERST

    {
        .name       = "qtree",
        .args_type  = "brief:-b",
        .params     = "[-b]",
        .help       = "show the devices as they hang on their buses (-b: without properties)",
        .cmd        = hmp_info_qtree,
    },

SRST
``info qtree`` [``-b``]
  Show every bus and the devices on it as a tree, each with its type, its identifier and its properties;
  ``-b`` leaves the properties out. Lines ``mmio`` give a device's address and size, ``gpio-in`` and
  ``gpio-out`` its interrupt lines.

  Example::

    (hmp) info qtree -b
    bus: main-system-bus
      type System
      ...
      dev: virtio-mmio, id ""
        bus: virtio-mmio-bus.7
          type virtio-mmio-bus
          dev: virtio-blk-device, id "blk0"
ERST

    {
        .name       = "qdm",
        .args_type  = "",
        .params     = "",
        .help       = "show every type of device",
        .cmd        = hmp_info_qdm,
    },

SRST
``info qdm``
  Show the types of devices by category, with the bus that each is plugged into, its alias and what it is.
  ``device_add help`` shows the same without those that a user cannot add, which say ``no-user`` here.
ERST

    {
        .name       = "qom-tree",
        .args_type  = "path:s?",
        .params     = "[path]",
        .help       = "show the tree of objects",
        .cmd        = hmp_info_qom_tree,
        .flags      = "p",
        .command_completion = qom_path_completion,
    },

SRST
``info qom-tree`` [*path*]
  Show the objects at and below *path*, by default ``/machine``, with their types and in the order of
  their names. ``qom-list`` shows the properties of one of them.

  Example::

    (hmp) info qom-tree /machine/peripheral
    /peripheral (container)
      /rng0 (virtio-rng-device)
        /default-backend (rng-builtin)

  A path that leads nowhere gives ``Path 'PATH' could not be resolved.``
ERST

DEFHEADING(Memory and execution)

    {
        .name       = "mem",
        .args_type  = "",
        .params     = "",
        .help       = "list what the page tables map",
        .cmd        = hmp_info_mem,
    },

SRST
``info mem``
  List what the page tables of the current hart map: guest-virtual and guest-physical address, size, and the
  attributes readable, writable, executable, user, global, accessed, dirty. Neighbouring entries of a table
  with equal attributes share a line.

  Example::

    (hmp) info mem
    vaddr            paddr            size             attr
    ---------------- ---------------- ---------------- -------
    0000000000001000 0000000000001000 000000000000f000 r-x--a-
ERST

    {
        .name       = "ramblock",
        .args_type  = "",
        .params     = "",
        .help       = "show the host memory behind RAM and ROM",
        .cmd_info_hrt = qmp_x_query_ramblock,
    },

SRST
``info ramblock``
  One line for each block of host memory that RAM, ROM or flash lives in, the largest first: its page size,
  its place among all blocks, its size, where it begins in the emulator's memory, and whether the guest can
  write to it.
ERST

    {
        .name       = "memdev",
        .args_type  = "",
        .params     = "",
        .help       = "list memory back ends",
        .cmd        = hmp_info_memdev,
        .flags      = "p",
    },

SRST
``info memdev``
  Describe each memory back end with its size and its options.
ERST

    {
        .name       = "memory-devices",
        .args_type  = "",
        .params     = "",
        .help       = "list devices that bring memory",
        .cmd        = hmp_info_memory_devices,
    },

SRST
``info memory-devices``
  Describe each memory module and each other device that brings memory; the RAM of the start is none of them.
ERST

    {
        .name       = "memory_size_summary",
        .args_type  = "",
        .params     = "",
        .help       = "tell the size of the RAM",
        .cmd        = hmp_info_memory_size_summary,
    },

SRST
``info memory_size_summary``
  Print the size of the RAM of the start, and of what was plugged in since, in bytes.
ERST

    {
        .name       = "numa",
        .args_type  = "",
        .params     = "",
        .help       = "show memory nodes",
        .cmd_info_hrt = qmp_x_query_numa,
    },

SRST
``info numa``
  Print how many memory nodes there are, and the harts and the memory of each.
ERST

    {
        .name       = "hotpluggable-cpus",
        .args_type  = "",
        .params     = "",
        .help       = "list places for harts",
        .cmd        = hmp_hotpluggable_cpus,
        .flags      = "p",
    },

SRST
``info hotpluggable-cpus``
  List the places for harts of machines that take them while they run. This one refuses.
ERST

    {
        .name       = "irq",
        .args_type  = "",
        .params     = "",
        .help       = "show interrupt statistics",
        .cmd_info_hrt = qmp_x_query_irq,
    },

SRST
``info irq``
  Print what interrupt controllers count. Those of this machine count nothing.
ERST

    {
        .name       = "pic",
        .args_type  = "",
        .params     = "",
        .help       = "show interrupt controllers",
        .cmd_info_hrt = qmp_x_query_interrupt_controllers,
    },

SRST
``info pic``
  Print the state of interrupt controllers that tell it. Those of this machine tell nothing.
ERST

    {
        .name       = "iothreads",
        .args_type  = "",
        .params     = "",
        .help       = "list threads for input and output",
        .cmd        = hmp_info_iothreads,
        .flags      = "p",
    },

SRST
``info iothreads``
  Describe each thread that was made for input and output. There are none.
ERST

    {
        .name       = "kvm",
        .args_type  = "",
        .params     = "",
        .help       = "tell about hardware virtualisation",
        .cmd        = hmp_info_kvm,
    },

SRST
``info kvm``
  Tell whether KVM is used. It is not part of this program.
ERST

    {
        .name       = "accelerators",
        .args_type  = "",
        .params     = "",
        .help       = "list what can execute guest code",
        .cmd        = hmp_info_accelerators,
    },

SRST
``info accelerators``
  Name what can execute the guest's instructions; what does so is in brackets.
ERST

    {
        .name       = "sync-profile",
        .args_type  = "mean:-m,no_coalesce:-n,max:i?",
        .params     = "[-m] [-n] [max]",
        .help       = "show the profile of locks",
        .cmd        = hmp_info_sync_profile,
    },

SRST
``info sync-profile`` [``-m``] [``-n``] [*max*]
  Show the locks that were waited for, up to *max* of them, by total or (``-m``) by mean time, calls of one
  place together unless ``-n`` is given. Everything that could wait runs in one thread here, so that there is
  a heading only.
ERST

    {
        .name       = "replay",
        .args_type  = "",
        .params     = "",
        .help       = "tell about record and replay",
        .cmd        = hmp_info_replay,
    },

SRST
``info replay``
  Tell whether an execution is recorded or replayed, and how far it is.
ERST

    {
        .name       = "trace-events",
        .args_type  = "name:s?,vcpu:i?",
        .params     = "[name] [vcpu]",
        .help       = "list trace events and whether they are on",
        .cmd        = hmp_info_trace_events,
        .command_completion = info_trace_events_completion,
    },

SRST
``info trace-events`` [*name*] [*vcpu*]
  List the trace events that fit *name*, which may contain ``*`` and ``?``, and whether they are traced (1) or
  not (0). No event can be switched for one hart alone: *vcpu* is refused.

  Example::

    (hmp) info trace-events virtio_set*
    virtio_set_status : state 0
ERST

    {
        .name       = "dump",
        .args_type  = "",
        .params     = "",
        .help       = "tell how far a core dump is",
        .cmd        = hmp_info_dump,
    },

SRST
``info dump``
  Print the state of the last ``dump-guest-memory``: ``none``, ``active``, ``completed`` or ``failed``.
ERST

    {
        .name       = "dirty_rate",
        .args_type  = "",
        .params     = "",
        .help       = "show how fast the guest writes memory",
        .cmd        = hmp_info_dirty_rate,
    },

SRST
``info dirty_rate``
  Print the last measurement of how fast the guest writes to its memory.
ERST

    {
        .name       = "vcpu_dirty_limit",
        .args_type  = "",
        .params     = "",
        .help       = "show limits of writing memory",
        .cmd        = hmp_info_vcpu_dirty_limit,
    },

SRST
``info vcpu_dirty_limit``
  List the harts whose writing to memory is limited.
ERST

    {
        .name       = "stats",
        .args_type  = "target:s,names:s?,provider:s?",
        .params     = "target [names] [provider]",
        .help       = "show statistics of the host",
        .cmd        = hmp_info_stats,
        .command_completion = stats_completion,
    },

SRST
``info stats`` *target* [*names*] [*provider*]
  Show what the host's kernel (*provider* ``kvm``) and crypto devices (``cryptodev``) count of the machine
  (*target* ``vm``), its harts (``vcpu``) or its crypto devices (``cryptodev``). *names* are separated by
  commas; ``*`` means all.
ERST

    {
        .name       = "capture",
        .args_type  = "",
        .params     = "",
        .help       = "list running captures of sound",
        .cmd        = hmp_info_capture,
    },

SRST
``info capture``
  List the captures of sound that run. There is no sound, and the command will go away.
ERST

    {
        .name       = "cryptodev",
        .args_type  = "",
        .params     = "",
        .help       = "list crypto back ends",
        .cmd        = hmp_info_cryptodev,
        .flags      = "p",
    },

SRST
``info cryptodev``
  Describe each crypto back end with its services and clients.
ERST

    {
        .name       = "tpm",
        .args_type  = "",
        .params     = "",
        .help       = "list TPM devices",
        .cmd        = hmp_info_tpm,
    },

SRST
``info tpm``
  Describe each TPM device and its back end.
ERST

    {
        .name       = "usb",
        .args_type  = "",
        .params     = "",
        .help       = "list USB devices",
        .cmd_info_hrt = qmp_x_query_usb,
    },

SRST
``info usb``
  List the USB devices of the guest. There is no USB here, and the command says so.
ERST

    {
        .name       = "usbhost",
        .args_type  = "",
        .params     = "",
        .help       = "list USB devices of the host",
    },

SRST
``info usbhost``
  List the USB devices of the host that a guest could be given. It is not available here.
ERST

    {
        .name       = "rocker",
        .args_type  = "name:s",
        .params     = "name",
        .help       = "show a Rocker switch",
        .cmd        = hmp_rocker,
    },

SRST
``info rocker`` *name*
  Print number and ports of a Rocker switch. No machine of ours has one, so this and the commands below answer that
  there is none of the name.
ERST

    {
        .name       = "rocker-ports",
        .args_type  = "name:s",
        .params     = "name",
        .help       = "list the ports of a Rocker switch",
        .cmd        = hmp_rocker_ports,
    },

SRST
``info rocker-ports`` *name*
  List the ports of a Rocker switch: link, speed, duplex and negotiation of each.
ERST

    {
        .name       = "rocker-of-dpa-flows",
        .args_type  = "name:s,tbl_id:i?",
        .params     = "name [tbl_id]",
        .help       = "list the flows of a Rocker switch",
        .cmd        = hmp_rocker_of_dpa_flows,
    },

SRST
``info rocker-of-dpa-flows`` *name* [*tbl_id*]
  List the flows of a Rocker switch, or those of one of its tables: priority, table, frames that matched, what is
  matched with the mask in parentheses, and what becomes of the frames.
ERST

    {
        .name       = "rocker-of-dpa-groups",
        .args_type  = "name:s,type:i?",
        .params     = "name [type]",
        .help       = "list the groups of a Rocker switch",
        .cmd        = hmp_rocker_of_dpa_groups,
    },

SRST
``info rocker-of-dpa-groups`` *name* [*type*]
  List the groups of a Rocker switch, or those of one type (0 to 8).
ERST

    {
        .name       = "vnc",
        .args_type  = "",
        .params     = "",
        .help       = "list VNC servers and their viewers",
        .cmd        = hmp_info_vnc,
    },

SRST
``info vnc``
  List the VNC servers with their sockets and viewers. The machine has none: a display is seen with ``screendump``.
ERST

    {
        .name       = "vm-generation-id",
        .args_type  = "",
        .params     = "",
        .help       = "show the identifier of this copy of the machine",
        .cmd        = hmp_info_vm_generation_id,
    },

SRST
``info vm-generation-id``
  Print the identifier that a guest is shown, so that it notices when its machine was copied.
ERST

    {
        .name       = "firmware-log",
        .args_type  = "max-size:o?",
        .params     = "[max-size]",
        .help       = "show what the firmware printed",
        .cmd        = hmp_info_firmware_log,
    },

SRST
``info firmware-log`` [*max-size*]
  Print the log that the firmware left in memory, or the last *max-size* bytes of it.
ERST

    {
        .name       = "migrate",
        .args_type  = "",
        .params     = "",
        .help       = "tell about migration",
        .cmd        = hmp_info_migrate,
    },

SRST
``info migrate``
  Print the state of a migration; nothing when there was none.
ERST

    {
        .name       = "migrate_capabilities",
        .args_type  = "",
        .params     = "",
        .help       = "list what a migration may use",
        .cmd        = hmp_info_migrate_capabilities,
    },

SRST
``info migrate_capabilities``
  List the capabilities that ``migrate_set_capability`` switches, each with ``on`` or ``off``.
ERST

    {
        .name       = "migrate_parameters",
        .args_type  = "",
        .params     = "",
        .help       = "list how a migration proceeds",
        .cmd        = hmp_info_migrate_parameters,
    },

SRST
``info migrate_parameters``
  List the parameters that ``migrate_set_parameter`` sets, each with its value.
ERST

DEFHEADING(Back ends)

    {
        .name       = "chardev",
        .args_type  = "",
        .params     = "",
        .help       = "list the character devices",
        .cmd        = hmp_info_chardev,
        .flags      = "p",
    },

SRST
``info chardev``
  List the character back ends, which serial ports and consoles talk to, and where each of them leads.

  Example::

    (hmp) info chardev
    serial0: filename=vc
ERST

    {
        .name       = "block",
        .args_type  = "nodes:-n,verbose:-v,device:B?",
        .params     = "[-n] [-v] [device]",
        .help       = "show the drives (-n: the nodes by name; -v: with image details)",
        .cmd        = hmp_info_block,
    },

SRST
``info block`` [``-n``] [``-v``] [*device*]
  Show every drive, or only *device*: the image and its format, the device it is attached to, and the
  cache mode. ``-v`` adds the size of the image and the limits of requests to it; ``-n`` lists the
  block nodes by node name instead of the drives.

  Example::

    (hmp) info block
    d0 (#block107): disk.raw (raw)
        Attached to:      blk0
        Cache mode:       writeback

  A drive without an image is shown as ``[not inserted]``.
ERST

    {
        .name       = "blockstats",
        .args_type  = "",
        .params     = "",
        .help       = "show what the drives did",
        .cmd        = hmp_info_blockstats,
    },

SRST
``info blockstats``
  Show for every drive what its device asked of it: bytes and requests by kind, the time that they took in
  nanoseconds, and how long ago the last one was.
ERST

    {
        .name       = "block-jobs",
        .args_type  = "",
        .params     = "",
        .help       = "show the background jobs of drives",
        .cmd        = hmp_info_block_jobs,
    },

SRST
``info block-jobs``
  Show the jobs that work on images in the background and how far they are.
ERST

    {
        .name       = "snapshots",
        .args_type  = "",
        .params     = "",
        .help       = "list the snapshots of the machine",
        .cmd        = hmp_info_snapshots,
    },

SRST
``info snapshots``
  List the snapshots that ``savevm`` made. Raw images hold none: without another kind of image the answer is
  ``Error: no block device can store vmstate for snapshot``.
ERST

    {
        .name       = "network",
        .args_type  = "",
        .params     = "",
        .help       = "show the network devices and what they are connected to",
        .cmd_info_hrt = qmp_x_query_network,
    },

SRST
``info network``
  Show each network device with its MAC address, below it the back end it is connected to, and the hubs
  with their ports.

  Example::

    (hmp) info network
    net0: index=0,type=nic,model=virtio-net-device,macaddr=52:54:00:12:34:56
     \ n0: index=0,type=user,net=10.0.2.0,restrict=off
ERST

    {
        .name       = "usernet",
        .args_type  = "",
        .params     = "",
        .help       = "show the connections of the user networks",
        .cmd_info_hrt = qmp_x_query_usernet,
    },

SRST
``info usernet``
  Show, for each network that ``-netdev user`` made, its TCP connections, its UDP flows with the time that
  they stay without traffic, and its forwarding rules (``HOST_FORWARD``). ``RecvQ`` counts the bytes that the
  host has to send on, ``SendQ`` those that the guest has not acknowledged; ``FD`` is -1 where the host does
  not tell a descriptor.

  Example::

    (hmp) info usernet
    Hub -1 (n0):
      Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ
      TCP[ESTABLISHED]   24       10.0.2.15 49152        10.0.2.2  8000     0     0
      TCP[HOST_FORWARD]  22               *  2222       10.0.2.15    22     0     0
ERST

    {
        .name       = "balloon",
        .args_type  = "",
        .params     = "",
        .help       = "tell how much memory the balloon leaves the guest",
        .cmd        = hmp_info_balloon,
    },

SRST
``info balloon``
  Print the memory in MiB that the guest has while its balloon holds the rest.

  Example::

    (hmp) info balloon
    balloon: actual=512

  Without a virtio-balloon device the answer is ``Error: No balloon device has been activated``.
ERST

    {
        .name       = "mice",
        .args_type  = "",
        .params     = "",
        .help       = "list the devices that move a pointer",
        .cmd        = hmp_info_mice,
    },

SRST
``info mice``
  List mice, tablets and touch pads with their numbers for ``mouse_set``. A star marks the one that gets the
  events; ``absolute`` ones are told places instead of movements.

  Example::

    (hmp) info mice
      Mouse #2: QEMU Virtio Mouse
    * Mouse #3: QEMU Virtio Tablet (absolute)
ERST

DEFHEADING(Virtio)

    {
        .name       = "virtio",
        .args_type  = "",
        .params     = "",
        .help       = "list the virtio devices",
        .cmd        = hmp_virtio_query,
        .flags      = "p",
    },

SRST
``info virtio``
  List the virtio devices: the QOM path that the commands below take, and the kind of device.

  Example::

    (hmp) info virtio
    /machine/peripheral/rng0 [virtio-rng]
    /machine/peripheral/blk0 [virtio-blk]

  A machine without any answers ``Error: No virtio devices found``.
ERST

    {
        .name       = "virtio-status",
        .args_type  = "path:s",
        .params     = "path",
        .help       = "show the state and features of a virtio device",
        .cmd        = hmp_virtio_status,
        .flags      = "p",
        .command_completion = virtio_completion,
    },

SRST
``info virtio-status`` *path*
  Show how far the guest's driver has come with the device at *path*: the status bits it has set, the
  features that the device offers (``Host features``) and those that both agreed on (``Guest features``),
  first those of the transport, then those of the kind of device. ``num_vqs`` counts the virtqueues,
  ``isr`` is the interrupt status, ``broken`` says that the device has met a request it could not make
  sense of.

  Example::

    (hmp) info virtio-status /machine/peripheral/rng0
    /machine/peripheral/rng0:
      device_name:             virtio-rng
      device_id:               4
      ...
      status:
            VIRTIO_CONFIG_S_ACKNOWLEDGE: Valid virtio device found,
            VIRTIO_CONFIG_S_DRIVER: Guest OS compatible with device,
            VIRTIO_CONFIG_S_DRIVER_OK: Driver setup and ready

  Any other path gives ``Error: Path PATH is not a realized VirtIODevice``.
ERST

    {
        .name       = "virtio-queue-status",
        .args_type  = "path:s,queue:i",
        .params     = "path queue",
        .help       = "show the state of a virtqueue",
        .cmd        = hmp_virtio_queue_status,
        .flags      = "p",
        .command_completion = virtio_queue_completion,
    },

SRST
``info virtio-queue-status`` *path* *queue*
  Show virtqueue number *queue* of the device at *path*: the guest-physical addresses of the descriptor
  table, the available ring and the used ring, the queue's size, and the counters. ``last_avail_idx`` is
  how far the device has read the available ring, ``shadow_avail_idx`` how far the driver had filled it
  when the device looked last, ``used_idx`` how many buffers were given back, ``inuse`` how many the device
  holds at this moment.

  Example::

    (hmp) info virtio-queue-status /machine/peripheral/blk0 0
    /machine/peripheral/blk0:
      device_name:          virtio-blk
      queue_index:          0
      inuse:                0
      used_idx:             1
      signalled_used:       1
      signalled_used_valid: true
      last_avail_idx:       1
      shadow_avail_idx:     1
      VRing:
        num:          1024
        num_default:  256
        align:        4096
        desc:         0x0000000090370000
        avail:        0x0000000090374000
        used:         0x0000000090375000

  A number beyond the last queue gives ``Error: Invalid virtqueue number N``.
ERST

    {
        .name       = "virtio-vhost-queue-status",
        .args_type  = "path:s,queue:i",
        .params     = "path queue",
        .help       = "show the state of a virtqueue that a vhost back end serves",
        .cmd        = hmp_vhost_queue_status,
        .flags      = "p",
        .command_completion = virtio_queue_completion,
    },

SRST
``info virtio-vhost-queue-status`` *path* *queue*
  Show the addresses and sizes of a virtqueue as a vhost back end, which serves the queue in place of the
  device, knows them. A device without an active vhost back end answers
  ``Error: Error: vhost device has not started yet``.
ERST

    {
        .name       = "virtio-queue-element",
        .args_type  = "path:s,queue:i,index:i?",
        .params     = "path queue [index]",
        .help       = "show a buffer in a virtqueue",
        .cmd        = hmp_virtio_queue_element,
        .flags      = "p",
        .command_completion = virtio_queue_completion,
    },

SRST
``info virtio-queue-element`` *path* *queue* [*index*]
  Show the descriptor chain at position *index* of the available ring, by default the one that the device
  takes next: the guest-physical address and length of every descriptor, with ``write`` where the device
  writes and ``indirect`` where the chain stands in a table of its own; after that the flags and indices
  of both rings.

  Example::

    (hmp) info virtio-queue-element /machine/peripheral/rng0 0
    /machine/peripheral/rng0:
      device_name: virtio-rng
      index:   0
      desc:
        descs:
            addr 0x8277e310 len 64 (write)
      avail:
        flags: 0
        idx:   4
        ring:  0
      used:
        flags: 0
        idx:   4
ERST
