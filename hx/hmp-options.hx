HXCOMM The command line options of hmp.
HXCOMM DEF(name, HAS_ARG or 0, identifier, help text, architectures), then the SRST text of the manual.

DEFHEADING(Standard options)

DEF("h", 0, QEMU_OPTION_h,
    "-h              print this help and exit\n", QEMU_ARCH_ALL)
SRST
``-h``
  Print a summary of the options and exit.
ERST

DEF("help", 0, QEMU_OPTION_h,
    "-help           the same as -h\n", QEMU_ARCH_ALL)
SRST
``-help``
  The same as ``-h``.
ERST

DEF("version", 0, QEMU_OPTION_version,
    "-version        print the version and exit\n", QEMU_ARCH_ALL)
SRST
``-version``
  Print the version of the program and exit.
ERST

DEF("machine", HAS_ARG, QEMU_OPTION_machine,
    "-machine [type=]name[,prop=value[,...]]\n"
    "                the board: virt, or none; help lists them\n", QEMU_ARCH_ALL)
SRST
``-machine`` [``type=``]\ *name*\ [``,``\ *prop*\ ``=``\ *value*]...
  Choose the board. ``virt``, the default, is a board without a counterpart in hardware: RAM from
  0x80000000, one serial port, an interrupt controller, a real-time clock and eight virtio-mmio slots. ``none`` is a
  machine without anything, for programs that only ask: it has RAM at 0 if ``-m`` is given and a hart if ``-cpu`` is,
  and starts at once. Options that are given again add to the earlier ones. ``-machine help`` lists the boards.
  ``dumpdtb=``\ *file* writes the device tree that the guest would find, and ends the program. ``-machine``
  *name*\ ``,help`` lists the properties, most of which are other options' by another name and can only be read.

  ``aia=`` chooses the interrupt controllers of ``virt``: ``none`` is a PLIC; ``aplic`` is an APLIC of two domains, one below
  the other, whose wires lead to the harts; with ``aplic-imsic`` its interrupts are messages to files that each hart has for
  M-mode and S-mode, and so are those of PCI devices. Harts have Smaia and Ssaia then. Guests of a hypervisor have no files
  (``aia-guests=0``). ``aclint=on`` has MSWI, MTIMER and SSWI devices in place of a CLINT; together with
  ``aia=aplic-imsic`` it is MTIMER alone.
ERST

DEF("M", HAS_ARG, QEMU_OPTION_M,
    "-M ...          short for -machine\n", QEMU_ARCH_ALL)
SRST
``-M`` ...
  Short for ``-machine``.
ERST

DEF("accel", HAS_ARG, QEMU_OPTION_accel,
    "-accel [accel=]name[,prop=value[,...]]\n"
    "                who executes the guest: tcg, or qtest\n", QEMU_ARCH_ALL)
SRST
``-accel`` [``accel=``]\ *name*\ [``,``\ *prop*\ ``=``\ *value*]...
  Choose who executes the guest. ``tcg``, the default, is the emulator; its properties ``thread``, ``tb-size``,
  ``split-wx`` and ``one-insn-per-tb`` are checked and have no effect. With ``qtest`` nobody does: the harts stand still, the
  virtual clock moves only when a test program says so, and no firmware or guest is loaded unless asked for. Several
  options are tried in their order. ``-machine accel=``\ *name*\ [``:``\ *name*] means the same.
ERST

DEF("cpu", HAS_ARG, QEMU_OPTION_cpu,
    "-cpu model[,prop=value[,...]]\n"
    "                the model of the harts (default rv64)\n", QEMU_ARCH_ALL)
SRST
``-cpu`` *model*\ [``,``\ *prop*\ ``=``\ *value*]...
  Choose the model of the harts (``help`` lists them), ``rv64`` (the default) or ``max`` with every extension there is, and switch its properties, for
  example ``-cpu rv64,zbb=off,sv48=off``. Extensions go by their names in small letters (``m``, ``a``, ``f``, ``d``, ``zba``, ``zicbom``,
  ``sstc``, ``svadu``, ...; ``g`` and ``b`` are several at once); ``zicond``, ``svade``, ``svinval``, ``svnapot``, ``svpbmt``, ``smaia``,
  ``ssaia``, ``smstateen``, ``sscofpmf`` and ``xventanacondops`` are off unless asked for. ``sv39``, ``sv48`` and ``sv57`` are the depths of page tables; ``mmu`` and ``pmp`` are address translation and
  memory protection; ``cbom_blocksize``, ``cbop_blocksize`` and ``cboz_blocksize`` are the bytes of cache blocks. An instruction
  of an extension that is off is illegal, and the device tree lists what is on. ``mvendorid``, ``marchid`` and ``mimpid`` are
  what the harts say of their maker.
  ``sifive-u54`` and ``shakti-c`` are RV64GC with Sv39 and the csrs of version 1.10 of the privileged specification, ``veyron-v1``
  has ``smaia`` and the like: the extensions of the three can be switched off only. Other models of QEMU have what harts of this machine lack, and are refused with it.
ERST

DEF("smp", HAS_ARG, QEMU_OPTION_smp,
    "-smp [cpus=]n[,maxcpus=n][,sockets=n][,cores=n][,threads=n]\n"
    "                the number of harts (default 1), and how they are arranged\n", QEMU_ARCH_ALL)
SRST
``-smp`` [``cpus=``]\ *n*\ [``,maxcpus=``\ *n*][``,sockets=``\ *n*][``,cores=``\ *n*][``,threads=``\ *n*]
  Give the machine *n* harts, 1 to 512; the firmware that comes with hmp starts 8 of them at most. Sockets, cores and
  threads have to multiply to ``maxcpus``, and what is left out follows from the rest: as many cores as there can be.
  The harts are the same however they are arranged.
ERST

DEF("m", HAS_ARG, QEMU_OPTION_m,
    "-m [size=]megs[,slots=n,maxmem=size]\n"
    "                the size of RAM (default 128M; K, M and G are understood)\n", QEMU_ARCH_ALL)
SRST
``-m`` [``size=``]\ *size*\ [``,slots=``\ *n*\ ``,maxmem=``\ *size*]
  Set the size of RAM, in MiB or with a unit: ``-m 256`` and ``-m 256M`` are the same. The default is
  128 MiB (none for ``-machine none``), the least 8 MiB, the most about 3.9 GiB. ``slots`` and ``maxmem`` are checked; nothing can be plugged into
  this board.
ERST

DEF("mem-prealloc", 0, QEMU_OPTION_mem_prealloc,
    "-mem-prealloc   take all of the RAM from the host at once\n", QEMU_ARCH_ALL)
SRST
``-mem-prealloc``
  Take the memory of the machine from the host when it is built, not page by page when the guest first uses it.
ERST

DEF("name", HAS_ARG, QEMU_OPTION_name,
    "-name [guest=]string[,process=string][,debug-threads=on|off]\n"
    "                the name of the machine, and of the process\n", QEMU_ARCH_ALL)
SRST
``-name`` [``guest=``]\ *name*\ [``,process=``\ *name*][``,debug-threads=on``]
  Give the machine a name, which ``info name`` and the status line show, and the process one for ``ps``. Threads
  cannot be named; a warning says so.
ERST

DEF("uuid", HAS_ARG, QEMU_OPTION_uuid,
    "-uuid %08x-%04x-%04x-%04x-%012x\n"
    "                the UUID of the machine\n", QEMU_ARCH_ALL)
SRST
``-uuid`` *uuid*
  Give the machine an identifier, 32 hexadecimal digits in the usual five groups.
ERST

DEF("global", HAS_ARG, QEMU_OPTION_global,
    "-global driver.prop=value\n"
    "                another default for a property of a driver\n", QEMU_ARCH_ALL)
SRST
``-global`` *driver*\ ``.``\ *prop*\ ``=``\ *value*
  Set the default of a property for all devices of a driver, also for those that the board brings along.
  ``-global virtio-mmio.force-legacy=false`` makes the virtio transports follow version 1 of the
  specification in place of its predecessor.
ERST

DEF("set", HAS_ARG, QEMU_OPTION_set,
    "-set group.id.arg=value\n"
    "                change an option that stands before it\n", QEMU_ARCH_ALL)
SRST
``-set`` *group*\ ``.``\ *id*\ ``.``\ *arg*\ ``=``\ *value*
  Set *arg* of the option of that group with the id *id*, for example ``-set device.net0.mac=52:54:00:12:34:56``. It
  changes what was said before it, on the command line or in a file.
ERST

DEF("readconfig", HAS_ARG, QEMU_OPTION_readconfig,
    "-readconfig file\n"
    "                read options from a file\n", QEMU_ARCH_ALL)
SRST
``-readconfig`` *file*
  Read options from *file*. Each group of lines is an option: ``[``\ *group* ``"``\ *id*\ ``"]``, or without the id, and
  below it a line *key* ``= "``\ *value*\ ``"`` for each thing said. ``#`` begins a comment. Groups are named like their
  options; those of ``-m``, ``-smp`` and ``-boot`` are ``memory``, ``smp-opts`` and ``boot-opts``.
ERST

DEF("no-user-config", 0, QEMU_OPTION_nouserconfig,
    "-no-user-config read no configuration file of the user\n", QEMU_ARCH_ALL)
SRST
``-no-user-config``
  Read no configuration file but those of ``-readconfig``. There is no other that would be read.
ERST

DEFHEADING(Booting)

DEF("bios", HAS_ARG, QEMU_OPTION_bios,
    "-bios file      the firmware: a file, default (built in) or none\n", QEMU_ARCH_ALL)
SRST
``-bios`` *file*
  Load the M-mode firmware from *file*, an ELF file or a raw image, such as OpenSBI's ``fw_dynamic`` and ``fw_jump`` or
  U-Boot. It is entered with the hart's number in a0, the device tree in a1 and, for ``fw_dynamic``, a description of
  what comes next in a2. ``default``, also when the option is
  missing, is the built-in SBI firmware; with ``none`` the harts enter the kernel in M-mode.
ERST

DEF("L", HAS_ARG, QEMU_OPTION_L,
    "-L folder       look for firmware there too ('-L help' lists the folders)\n", QEMU_ARCH_ALL)
SRST
``-L`` *folder*
  Look for the file of ``-bios`` in *folder* if it is not where its name says. The option may be repeated; ``-L help``
  lists where firmware is looked for.
ERST

DEF("kernel", HAS_ARG, QEMU_OPTION_kernel,
    "-kernel file    the kernel (default: the built-in guest)\n", QEMU_ARCH_ALL)
SRST
``-kernel`` *file*
  Load and start the kernel in *file*, an ELF file, a Linux ``Image``, also packed with gzip, or another raw image; it
  goes to the first 2 MiB behind the firmware. Without ``-kernel`` and ``-bios``
  the built-in guest is started.
ERST

DEF("initrd", HAS_ARG, QEMU_OPTION_initrd,
    "-initrd file    the initial ramdisk\n", QEMU_ARCH_ALL)
SRST
``-initrd`` *file*
  Load *file* behind the kernel and tell the kernel where it lies.
ERST

DEF("append", HAS_ARG, QEMU_OPTION_append,
    "-append cmdline the command line of the kernel\n", QEMU_ARCH_ALL)
SRST
``-append`` *cmdline*
  Pass *cmdline* to the kernel, as ``bootargs`` in the device tree.
ERST

DEF("boot", HAS_ARG, QEMU_OPTION_boot,
    "-boot [order=drives][,once=drives][,menu=on|off]\n"
    "      [,splash-time=ms][,reboot-timeout=ms][,strict=on|off]\n"
    "                what firmware is told about booting\n", QEMU_ARCH_ALL)
SRST
``-boot`` [``order=``]\ *drives*\ [``,menu=on|off``][``,splash-time=``\ *ms*][``,reboot-timeout=``\ *ms*]...
  Tell firmware, by way of fw_cfg, whether to show a menu and for how long, and how long to wait after a failure (-1: for
  ever). *drives* are letters, ``a`` to ``p``; as with QEMU no firmware of this board asks for them. ``strict=on`` asks it to
  try nothing but devices with a ``bootindex``.
ERST

DEF("dtb", HAS_ARG, QEMU_OPTION_dtb,
    "-dtb file       the device tree, in place of the board's own\n", QEMU_ARCH_ALL)
SRST
``-dtb`` *file*
  Give the guest the device tree blob in *file*. What ``-append`` and ``-initrd`` say is set in its ``/chosen`` node,
  and each ``rng-seed`` in it is drawn anew at every reset; everything else stays as it is.
ERST

DEF("fw_cfg", HAS_ARG, QEMU_OPTION_fwcfg,
    "-fw_cfg [name=]name,file=file|string=text\n"
    "                give firmware and guest a named item\n", QEMU_ARCH_ALL)
SRST
``-fw_cfg`` [``name=``]\ *name*\ ``,file=``\ *file*, ``-fw_cfg`` [``name=``]\ *name*\ ``,string=``\ *text*
  Add an item to the firmware configuration device: the contents of *file*, or *text*. Names of your own begin with
  ``opt/``; 55 characters are the most. Linux shows items under ``/sys/firmware/qemu_fw_cfg/by_name``.
ERST

DEF("S", 0, QEMU_OPTION_S,
    "-S              do not start the guest: that is left to 'cont'\n", QEMU_ARCH_ALL)
SRST
``-S``
  Build the machine but do not let it run. ``info status`` then says ``paused (prelaunch)``, and ``cont``
  starts the guest.
ERST

DEF("preconfig", 0, QEMU_OPTION_preconfig,
    "-preconfig      wait for x-exit-preconfig before devices are made\n", QEMU_ARCH_ALL)
SRST
``-preconfig``
  Stop before the devices of ``-device`` are made. Until ``x-exit-preconfig`` of QMP or ``exit_preconfig`` of the monitor
  only the commands are taken that need no machine.
ERST

DEF("no-reboot", 0, QEMU_OPTION_no_reboot,
    "-no-reboot      end in place of rebooting\n", QEMU_ARCH_ALL)
SRST
``-no-reboot``
  Treat a reset that the guest asks for as a shutdown.
ERST

DEF("no-shutdown", 0, QEMU_OPTION_no_shutdown,
    "-no-shutdown    pause in place of ending when the guest shuts down\n", QEMU_ARCH_ALL)
SRST
``-no-shutdown``
  Keep the machine, paused, after the guest has shut down, so that it can be examined.
ERST

DEF("action", HAS_ARG, QEMU_OPTION_action,
    "-action reboot=reset|shutdown\n"
    "-action shutdown=poweroff|pause\n"
    "-action panic=pause|shutdown|exit-failure|none\n"
    "-action watchdog=reset|shutdown|poweroff|inject-nmi|pause|debug|none\n"
    "                what follows on an event of the guest\n", QEMU_ARCH_ALL)
SRST
``-action`` *event*\ ``=``\ *action*\ [``,``...]
  Choose what follows when the guest reboots, shuts down or panics, or a watchdog expires; ``set-action`` of QMP does the
  same later. ``-no-reboot`` is ``reboot=shutdown``, ``-no-shutdown`` is ``shutdown=pause``.
ERST

DEF("watchdog-action", HAS_ARG, QEMU_OPTION_watchdog_action,
    "-watchdog-action action\n"
    "                short for -action watchdog=\n", QEMU_ARCH_ALL)
SRST
``-watchdog-action`` *action*
  The same as ``-action watchdog=``\ *action*.
ERST

DEF("rtc", HAS_ARG, QEMU_OPTION_rtc,
    "-rtc [base=utc|localtime|datetime][,clock=host|rt|vm][,driftfix=none]\n"
    "                what the real-time clock shows\n", QEMU_ARCH_ALL)
SRST
``-rtc`` [``base=utc|localtime|``\ *datetime*][``,clock=host|rt|vm``]
  Let the real-time clock start with the host's time in UTC (the default), local time, or *datetime*, such as
  ``2006-06-17T16:01:21`` or ``2006-06-17``. It then follows the host's clock, the time since the start (``rt``), or the
  machine's time, which stands still while the machine is stopped (``vm``).
ERST

DEFHEADING(Devices)

DEF("device", HAS_ARG, QEMU_OPTION_device,
    "-device driver[,prop=value[,...]]\n"
    "                add a device\n", QEMU_ARCH_ALL)
SRST
``-device`` *driver*\ [``,``\ *prop*\ ``=``\ *value*]...
  Add a device. ``id=`` gives it the name by which commands find it, under ``/machine/peripheral``. The
  drivers are ``virtio-blk-device`` (``drive=``), ``virtio-net-device`` (``netdev=``, ``mac=``),
  ``virtio-rng-device`` (``rng=``), ``virtio-9p-device`` (``fsdev=``, ``mount_tag=``), ``virtio-balloon-device``,
  ``virtio-serial-device``, ``virtconsole`` (``chardev=``), ``virtio-scsi-device``, ``scsi-hd`` and ``scsi-cd``
  (``drive=``), the same as PCI functions (``virtio-blk-pci`` and so on, or ``virtio-blk`` for short),
  ``pcie-root-port`` and ``pvpanic-pci``; ``device_add help`` lists them. PCI devices take ``addr=``
  *slot*\ [``.``\ *function*], in hexadecimal. Disks and network cards take ``bootindex=``\ *n*: firmware that reads
  fw_cfg finds them in that order in the file ``bootorder``, as of the last reset.

  ``loader`` puts something into memory at every reset: an executable (``file=``) where it says, any other file, or
  an executable with ``force-raw=on``, at ``addr=``; or a number (``data=`` with ``data-len=`` bytes, big-endian with
  ``data-be=on``) at ``addr=``. With ``cpu-num=`` that hart begins at the executable's entry, or at ``addr=``.
ERST

DEF("blockdev", HAS_ARG, QEMU_OPTION_blockdev,
    "-blockdev [driver=]driver,node-name=name[,read-only=on|off]\n"
    "         [,cache.direct=on|off][,cache.no-flush=on|off][,prop=value]...\n"
    "                make a node of the block graph\n", QEMU_ARCH_ALL)
SRST
``-blockdev`` *driver*\ ``,node-name=``\ *name*\ [``,``\ *prop*\ ``=``\ *value*]...
  Make a block node, as ``blockdev-add`` of QMP does: ``file`` (``filename=``), ``raw`` on another node (``file=``\ *name*, or
  ``file.driver=`` and so on), or ``null-co`` (``size=``). ``drive=`` of a device names it. JSON will do as well.
  ``auto-read-only=on`` lets a file that is protected be read; ``locking=``, ``aio=``, ``discard=``, ``detect-zeroes=`` and
  ``force-share=`` are as for ``-drive``.
ERST

DEF("drive", HAS_ARG, QEMU_OPTION_drive,
    "-drive [file=f][,if=none|virtio|pflash][,id=name][,index=i][,format=raw][,readonly=on|off]\n"
    "       [,snapshot=on|off][,cache=c][,cache.direct=on|off][,aio=a][,discard=d][,detect-zeroes=z]\n"
    "       [,throttling.bps-total=b][,throttling.iops-total=i]...\n"
    "                open an image for a block device\n", QEMU_ARCH_ALL)
SRST
``-drive`` *prop*\ ``=``\ *value*\ [``,``...]
  Open an image for a block device. ``file=`` is the image, or ``mem:``\ *size* for a scratch disk that
  lives in memory; ``format=raw`` its format; ``readonly=on`` protects it; ``id=`` is the name that
  ``drive=`` of the device refers to, with ``if=none``; ``if=virtio`` makes a ``virtio-blk-pci`` for it. Without an id
  it is called after its interface and its place: ``index=``, or ``bus=`` and ``unit=``, or the first that is free.

  ``cache=`` (``writeback``, ``none``, ``writethrough``, ``directsync``, ``unsafe``) sets ``cache.writeback=``,
  ``cache.direct=`` and ``cache.no-flush=``; each can be given alone. ``aio=threads|native|io_uring`` is checked (``native``
  wants ``cache.direct=on``), but requests go the ways that Node.js has. ``discard=ignore|unmap`` and
  ``detect-zeroes=off|on|unmap`` are shown and change nothing that the guest can read: the file of the host does not get
  smaller, since Node.js cannot punch holes. What the guest discards keeps its contents; zeroes that it wants
  written are. ``force-share=on`` wants ``readonly=on``; ``file.locking=on`` is refused, for want of file locks.

  ``snapshot=on`` leaves the image as it is; see ``-snapshot``.

  ``file=blkdebug:``\ *rules*\ ``:``\ *image* is an image that fails where the rules want it to: a file of ``[inject-error]`` sections with
  ``event``, ``errno``, ``sector`` and ``once``, or nothing. ``file.inject-error.``\ *n*\ ``.event=`` and so on are further ones,
  ``file.align=`` makes it take blocks of so many bytes only, and ``file.image.``\ *prop*\ ``=`` are properties of the image.

  ``throttling.bps-total=``, ``-read``, ``-write`` and the same with ``iops`` hold the drive back, with bursts
  (``throttling.bps-total-max=``, ``throttling.bps-total-max-length=``), ``throttling.iops-size=``, and
  ``throttling.group=`` for drives that share limits; ``bps=``, ``bps_rd=``, ``iops_max=`` and so on are older names.

  ``if=pflash`` keeps a bank of flash (32 MiB, ``unit=0`` or ``1``, one after the other if it is left out): what the guest
  programs is written to the image. A first bank that has an image is booted: by the firmware, or at once with
  ``-bios none``. ``-machine pflash0=``\ *id* does the same with a drive of ``if=none``.
ERST

DEF("snapshot", 0, QEMU_OPTION_snapshot,
    "-snapshot       changes of images are gone at the end\n", QEMU_ARCH_ALL)
SRST
``-snapshot``
  Give every ``-drive`` that does not say otherwise ``snapshot=on``: its image stays as it is, and what the guest writes goes
  to a temporary file without a name (in ``TMPDIR``, or ``/var/tmp``), which is gone with the program. ``commit`` writes
  it to the image after all.
ERST

DEF("hda", HAS_ARG, QEMU_OPTION_hda,
    "-hda file       a disk of the guest\n", QEMU_ARCH_ALL)
SRST
``-hda`` *file*
  Short for ``-drive file=``\ *file*: a virtio disk. A word that is no option is the same.
ERST

DEF("hdb", HAS_ARG, QEMU_OPTION_hdb,
    "-hdb file       another one\n", QEMU_ARCH_ALL)
SRST
``-hdb`` *file*
  The same for a further disk.
ERST

DEF("hdc", HAS_ARG, QEMU_OPTION_hdc,
    "-hdc file       another one\n", QEMU_ARCH_ALL)
SRST
``-hdc`` *file*
  The same for a further disk.
ERST

DEF("hdd", HAS_ARG, QEMU_OPTION_hdd,
    "-hdd file       another one\n", QEMU_ARCH_ALL)
SRST
``-hdd`` *file*
  The same for a further disk.
ERST

DEF("cdrom", HAS_ARG, QEMU_OPTION_cdrom,
    "-cdrom file     a disk that can only be read\n", QEMU_ARCH_ALL)
SRST
``-cdrom`` *file*
  Short for ``-drive file=``\ *file*\ ``,media=cdrom``.
ERST

DEF("pflash", HAS_ARG, QEMU_OPTION_pflash,
    "-pflash file    the contents of a bank of flash\n", QEMU_ARCH_ALL)
SRST
``-pflash`` *file*
  Short for ``-drive if=pflash,file=``\ *file*.
ERST

DEF("netdev", HAS_ARG, QEMU_OPTION_netdev,
    "-netdev user,id=name[,net=addr[/mask]][,host=addr][,dns=addr][,dhcpstart=addr]\n"
    "         [,hostname=name][,restrict=on|off][,hostfwd=rule][,guestfwd=rule]...\n"
    "         [,domainname=name][,dnssearch=name]...[,tftp=dir][,bootfile=file]\n"
    "                connect a network device to the host's network, without privileges\n"
    "-netdev hubport,id=name,hubid=n[,netdev=name]\n"
    "                connect a network device to a hub\n"
    "-netdev socket,id=name[,listen=[host]:port][,connect=host:port]\n"
    "         [,udp=host:port,localaddr=host:port][,mcast=group:port[,localaddr=host]]\n"
    "-netdev stream,id=name[,server=on|off],addr.type=inet|unix,...\n"
    "-netdev dgram,id=name[,local.type=inet|fd,...][,remote.type=inet,...]\n"
    "                connect a network device to another machine\n", QEMU_ARCH_ALL)
SRST
``-netdev`` *type*\ ``,id=``\ *name*\ [``,``\ *prop*\ ``=``\ *value*]...
  Make a network back end, which ``netdev=`` of a network device refers to.

  ``user`` is a network of its own, 10.0.2.0/24 unless ``net=`` says otherwise, in which the guest finds a
  gateway (10.0.2.2, ``host=``), a DHCP server that gives it 10.0.2.15 (``dhcpstart=``) and, if wanted, a name
  (``hostname=``), and a DNS server (10.0.2.3, ``dns=``) that asks the host's resolver. Connections and
  datagrams of the guest are made by sockets of the host; the gateway's address leads to the host's own
  loopback.
  ``restrict=on`` keeps the guest from reaching anything outside. ``hostfwd=``\ *rule*, which may be given
  several times, lets a port of the host lead to the guest; ``hostfwd_add`` of the monitor explains the rule.
  The mask of *net* is that of the address's class if it is left out.

  ``guestfwd=``\ [``tcp``]\ ``:``\ [*server*]\ ``:``\ *port*\ ``-``\ *device* answers the guest's connections to a place
  in the network by a character device: ``chardev:``\ *id*, or one that is made, such as ``tcp:``\ *host*\ ``:``\ *port*.
  DHCP also tells ``domainname=``, domains to search (``dnssearch=``, several times), the file to boot from
  (``bootfile=``) and ``tftp-server-name=``; ``tftp=``\ *dir* has the gateway serve the files of a folder by TFTP.
  There is no IPv6: ``ipv6=off`` is taken, nothing else.

  ``hubport,hubid=``\ *n* is a port of hub *n*: a frame that enters it leaves by all other ports. ``netdev=``
  plugs another back end into it.

  ``socket`` carries frames to another machine, QEMU's included: one listens (``listen=``\ *host*\ ``:``\ *port*),
  the other connects (``connect=``), or both send datagrams (``udp=`` and ``localaddr=``), or all that join a multicast
  group do (``mcast=``; ``localaddr=`` is the address of the interface). Without a host it is the loopback.

  ``stream`` does the same with a socket address: ``addr.type=inet,addr.host=``\ *host*\ ``,addr.port=``\ *port* or
  ``addr.type=unix,addr.path=``\ *path*, which is no file with ``addr.abstract=on``; it listens with ``server=on`` and else connects, again after
  ``reconnect-ms=`` milliseconds. The events NETDEV_STREAM_CONNECTED and NETDEV_STREAM_DISCONNECTED tell who is
  there. ``dgram`` sends datagrams from ``local.`` to ``remote.`` (``type=inet``), where a multicast group needs no
  ``local.``, or through a socket of the file system that the program was given (``local.type=fd,local.str=``\ *n*).
  The abstract names of Node 20 are filled with zeros, whatever ``addr.tight=`` says: QEMU finds them with ``tight=off``.

  ``tap`` takes rights that the program does not have.
ERST

DEF("fsdev", HAS_ARG, QEMU_OPTION_fsdev,
    "-fsdev local,id=id,path=path,security_model=mapped-file|passthrough|none[,readonly=on]\n"
    "                a folder of the host for a device to share with the guest\n"
    "-fsdev synth,id=id[,readonly=on][,max_xattr=n]\n"
    "                files in memory, for test programs\n", QEMU_ARCH_ALL)
SRST
``-fsdev`` ``local,id=``\ *id*\ ``,path=``\ *path*\ ``,security_model=``\ *model*\ [``,readonly=on``]
  Name a folder of the host, which ``fsdev=`` of a ``virtio-9p-device`` refers to. Nothing outside the folder can
  be reached through it: symbolic links are shown to the guest and never followed here. With
  ``readonly=on`` nothing in it can be changed.

  The *model* says whose the guest's files are. ``none``: this process's, and a change of owner is tried without a
  word if it fails; ``passthrough``: the guest's, which needs the privileges for it; ``mapped-file``: this process's, while
  what the guest thinks of their owners, permissions and kinds is kept in ``.virtfs_metadata`` beside them.
  ``mapped-xattr`` is refused: extended attributes of the host's files are out of reach.

``-fsdev`` ``synth,id=``\ *id*\ [``,readonly=on``][``,max_xattr=``\ *n*]
  A file system in memory that the guest cannot change. It is empty, except with ``-accel qtest``: then it has the files
  that test programs of 9P work with. The guest may have *n* extended attributes (1024; 0: any number) at hand at once.
ERST

DEF("virtfs", HAS_ARG, QEMU_OPTION_virtfs,
    "-virtfs local,path=path,mount_tag=tag,security_model=mapped-file|passthrough|none\n"
    "         [,id=id][,readonly=on]\n"
    "                share a folder of the host with the guest\n", QEMU_ARCH_ALL)
SRST
``-virtfs`` ``local,path=``\ *path*\ ``,mount_tag=``\ *tag*\ ``,security_model=``\ *model*\ [``,``...]
  A folder and its device in one: ``-fsdev`` and ``-device virtio-9p-device``. Linux mounts it with
  ``mount -t 9p -o trans=virtio,version=9p2000.L`` *tag* *folder*.
ERST

DEF("nic", HAS_ARG, QEMU_OPTION_nic,
    "-nic none|type[,model=driver][,mac=addr][,prop=value]...\n"
    "                make a network card and its back end\n", QEMU_ARCH_ALL)
SRST
``-nic`` ``none``\ |\ *type*\ [``,model=``\ *driver*][``,mac=``\ *addr*][``,``\ *prop*\ ``=``\ *value*]...
  Make a back end as ``-netdev`` does and a network card on it, ``virtio-net-device`` unless ``model=`` says
  otherwise. ``none`` leaves out the network that there is when nothing is said about networks: a user
  network on hub 0, to which ``-netdev hubport,hubid=0`` leads.
ERST

DEF("net", HAS_ARG, QEMU_OPTION_net,
    "-net none|nic[,model=driver][,macaddr=addr][,netdev=name]\n"
    "-net type[,prop=value]...\n"
    "                the same on hub 0, in the older notation\n", QEMU_ARCH_ALL)
SRST
``-net`` ``none``\ |\ ``nic``\ |\ *type*\ [``,``\ *prop*\ ``=``\ *value*]...
  Make a network card (``nic``) or a back end and plug it into hub 0. ``-nic`` is simpler.
ERST

DEF("object", HAS_ARG, QEMU_OPTION_object,
    "-object type[,prop=value[,...]]\n"
    "                make an object, such as a source of entropy\n", QEMU_ARCH_ALL)
SRST
``-object`` *type*\ ``,id=``\ *name*\ [``,``\ *prop*\ ``=``\ *value*]...
  Make an object that devices refer to: ``rng-builtin`` and ``rng-random`` are sources of entropy, ``secret`` is
  data (``data=`` or ``file=``, with ``format=base64`` decoded), ``iothread`` is what ``iothread=`` of block devices
  refers to (one thread does the work of all), ``memory-backend-ram,size=``\ *size* is the
  machine's memory if ``-machine memory-backend=``\ *name* says so. ``object_add help`` lists the types.
ERST

DEF("chardev", HAS_ARG, QEMU_OPTION_chardev,
    "-chardev backend,id=name[,prop=value[,...]]\n"
    "                make a character back end: null, vc, file, ringbuf, pipe,\n"
    "                serial, parallel, socket, udp, mux, pty\n", QEMU_ARCH_ALL)
SRST
``-chardev`` *backend*\ ``,id=``\ *name*\ [``,``\ *prop*\ ``=``\ *value*]...
  Make a character back end, which ``chardev=`` of a device or ``-serial chardev:``\ *name* refers to. All
  take ``logfile=``\ *path* (and ``logappend=on``): a file that gets a copy of what the guest sends, and
  ``mux=on``: several devices share it, Ctrl-A c moves the focus from one to the next.

  ``null`` drops what is written. ``vc`` is a console pane of the monitor.

  ``file,path=``\ *path* writes to a file that is made anew, or goes on with ``append=on``; ``input-path=``\ *path*
  names one to read from.

  ``ringbuf,size=``\ *bytes* (``memory``) keeps the last bytes for ``ringbuf_read``; the size is a power of two,
  64 KiB unless given.

  ``pipe,path=``\ *path* reads the FIFO *path*\ ``.in`` and writes *path*\ ``.out``, or does both on *path*.
  ``serial,path=`` and ``parallel,path=`` do so with a device file, as it is set up.

  ``socket,path=``\ *path* or ``socket,host=``\ *host*\ ``,port=``\ *port* connects to a unix or TCP socket;
  ``reconnect-ms=``\ *n* tries again after *n* milliseconds. With ``server=on`` it listens there, and the
  machine waits for somebody to connect unless ``wait=off``; one peer is served at a time. Without ``host`` only
  the loopback is listened on; a unix socket is its owner's alone. ``to=``\ *port* gives a range of ports to try,
  ``telnet=on`` speaks telnet, where a break can be sent.

  ``udp,host=``\ *host*\ ``,port=``\ *port* sends datagrams; they come in on ``localaddr=`` and ``localport=``.

  ``mux,chardev=``\ *name* lets several devices share another back end.

  ``pty`` is a pseudo-terminal, which a terminal program opens by the name that is printed at the start; ``path=``\ *path*
  makes a link to it. What the guest sends while nobody has it open is lost. It needs the optional package
  ``@lydell/node-pty``, which ``npm`` installs where it can, and ``stty``.
ERST

DEF("serial", HAS_ARG, QEMU_OPTION_serial,
    "-serial dev     what the serial port is connected to (default vc)\n", QEMU_ARCH_ALL)
SRST
``-serial`` *dev*
  Connect the serial port. ``vc``, the default, is the console pane of the monitor; ``null`` drops what is
  written; ``none`` leaves the port without a back end; ``chardev:``\ *name* is one that ``-chardev`` made. As in
  QEMU there are also ``file:``\ *path*, ``pipe:``\ *path*, ``unix:``\ *path*, ``tcp:``\ *host*\ ``:``\ *port*,
  ``telnet:``\ *host*\ ``:``\ *port* (all three with ``,server=on,wait=off`` and so on),
  ``udp:``\ *host*\ ``:``\ *port*, ``pty`` and ``/dev/``\ *name*; ``mon:`` before one of them lets several share it.
  ``stdio`` is the program's own input and output, ``mon:stdio`` the same shared with the monitor: see ``-nographic``.
  With ``-c`` or ``-f`` the port's output is printed between the answers.
ERST

DEF("parallel", HAS_ARG, QEMU_OPTION_parallel,
    "-parallel dev   what a parallel port would be connected to (default vc)\n", QEMU_ARCH_ALL)
SRST
``-parallel`` *dev*
  Make the back end of a parallel port, in the notation of ``-serial``. The machine has no such port: the back
  end is there for others to use, as in QEMU. ``none`` leaves it out.
ERST

DEF("mon", HAS_ARG, QEMU_OPTION_mon,
    "-mon [chardev=]name[,mode=control|readline][,pretty[=on|off]]\n"
    "                a monitor on a character device of -chardev\n", QEMU_ARCH_ALL)
SRST
``-mon`` [``chardev=``]\ *name*\ [``,mode=control|readline``]\ [``,pretty=on|off``]
  Put a monitor on the character device *name* that ``-chardev`` makes. ``mode=control`` serves QMP, over several lines a
  message with ``pretty=on``; ``mode=readline``, the default, is the monitor for people, with the prompt, the keys and the
  echo that QEMU's has there. With ``-display none`` as well nothing is read from the program's own input: whoever is
  on the character devices has the machine.
ERST

DEF("qtest", HAS_ARG, QEMU_OPTION_qtest,
    "-qtest dev      serve test programs on a character device\n", QEMU_ARCH_ALL)
SRST
``-qtest`` *dev*
  Connect a test program by the character device *dev*, written as for ``-serial``: ``unix:``\ *path* connects to it. It reads
  and writes memory and device registers, drives and watches interrupt wires, reads and sets csrs and, with
  ``-accel qtest``, moves the clock. The protocol is that of QEMU's own device tests, which therefore run on this
  machine. Nothing is read from the program's own input.
ERST

DEF("qtest-log", HAS_ARG, QEMU_OPTION_qtest_log,
    "-qtest-log file where the dialogue with the test program goes\n", QEMU_ARCH_ALL)
SRST
``-qtest-log`` *file*
  Log the dialogue of ``-qtest`` to *file*, ``none`` for no log. By default it goes to the error output.
ERST

DEF("qmp", HAS_ARG, QEMU_OPTION_qmp,
    "-qmp dev        serve QMP on a character device\n", QEMU_ARCH_ALL)
SRST
``-qmp`` *dev*
  Serve QMP, QEMU's protocol for programs, on *dev*: ``unix:``\ *path*\ ``,server=on,wait=off``,
  ``tcp:``\ *host*\ ``:``\ *port*\ ``,server=on,wait=off``, ``chardev:``\ *name*, or anything else that ``-serial``
  takes but ``vc`` and ``stdio``. It can be given several times. Without ``-c`` and ``-f``, and not on a terminal, the
  program then reads no commands: it runs until a client says ``quit``, the guest powers off, or a signal ends it.
  Whoever reaches the socket commands the machine: sockets of the file system are for their owner alone.
ERST

DEF("qmp-pretty", HAS_ARG, QEMU_OPTION_qmp_pretty,
    "-qmp-pretty dev like -qmp, with messages over several lines\n", QEMU_ARCH_ALL)
SRST
``-qmp-pretty`` *dev*
  The same with messages that people can read: one member a line, indented.
ERST

DEF("nographic", 0, QEMU_OPTION_nographic,
    "-nographic      serial port and monitor share the program's input and output\n", QEMU_ARCH_ALL)
SRST
``-nographic``
  Put the serial port and the monitor on the program's own input and output, without an interface around them. The serial
  port comes first. Keys after Ctrl-A command the program:

  ``Ctrl-A h``
    shows these keys
  ``Ctrl-A x``
    ends the program
  ``Ctrl-A c``
    goes to the monitor, and back to the serial port
  ``Ctrl-A b``
    sends a break
  ``Ctrl-A t``
    puts the time before each line of output, or stops doing so
  ``Ctrl-A s``
    writes changes of disks back, where they are kept apart
  ``Ctrl-A Ctrl-A``
    sends Ctrl-A

  Input may be a pipe; when it ends the guest goes on. ``-serial`` and ``-monitor`` change who is there: with
  ``-serial null`` the monitor alone, with ``-monitor none`` the serial port alone.
ERST

DEF("monitor", HAS_ARG, QEMU_OPTION_monitor,
    "-monitor dev    where the monitor is: stdio, vc, none or a character device\n", QEMU_ARCH_ALL)
SRST
``-monitor`` *dev*
  Say where the monitor is. ``stdio`` and ``vc`` are the usual interface on the program's input and output; ``none`` is
  no monitor at all, and the program ends with the machine. Anything else is a character device as for ``-serial``, such as
  ``unix:``\ *path*\ ``,server=on,wait=off`` or ``telnet::``\ *port*\ ``,server=on,wait=off``: whoever connects gets the
  monitor, with QEMU's prompt and keys, and nothing is read from the program's own input unless the serial port is there.
ERST

DEF("display", HAS_ARG, QEMU_OPTION_display,
    "-display none   there is no display\n", QEMU_ARCH_ALL)
SRST
``-display`` ``none``
  Accepted, for command lines that say so: the program never opens a window.
ERST

DEF("vga", HAS_ARG, QEMU_OPTION_vga,
    "-vga none       there is no graphics card of the board ('-vga help' lists them)\n", QEMU_ARCH_ALL)
SRST
``-vga`` ``none``
  The board has no graphics card of its own, which this says. ``-device virtio-gpu-device`` makes one.
ERST

DEF("audiodev", HAS_ARG, QEMU_OPTION_audiodev,
    "-audiodev none,id=id[,prop=value]...\n"
    "                a back end for sound, which goes nowhere\n", QEMU_ARCH_ALL)
SRST
``-audiodev`` ``none,id=``\ *id*
  Make a back end for sound. ``none``, which drops it, is the only one, and no device of this machine makes sound.
ERST

DEF("audio", HAS_ARG, QEMU_OPTION_audio,
    "-audio none     no sound\n", QEMU_ARCH_ALL)
SRST
``-audio`` ``none``
  Say that there is no sound: there is none.
ERST

DEF("enable-kvm", 0, QEMU_OPTION_enable_kvm,
    "-enable-kvm     refused: harts run as a program\n", QEMU_ARCH_ALL)
SRST
``-enable-kvm``
  Refused, as QEMU refuses it where the host has no such processor.
ERST

DEF("echr", HAS_ARG, QEMU_OPTION_echr,
    "-echr number    the character that takes the place of Ctrl-A\n", QEMU_ARCH_ALL)
SRST
``-echr`` *number*
  Take the character of this number in place of Ctrl-A (1), for example ``0x14`` for Ctrl-T.
ERST

DEF("nodefaults", 0, QEMU_OPTION_nodefaults,
    "-nodefaults     add no device that was not asked for\n", QEMU_ARCH_ALL)
SRST
``-nodefaults``
  Make only the devices that the command line names, and no demonstration devices for the built-in guest.
ERST

DEFHEADING(The program)

DEF("daemonize", 0, QEMU_OPTION_daemonize,
    "-daemonize      go on in the background once the machine is there\n", QEMU_ARCH_ALL)
SRST
``-daemonize``
  Build the machine, then end, and leave it to a process in the background; ``-qmp`` is the way to it. Errors are told before.
ERST

DEF("pidfile", HAS_ARG, QEMU_OPTION_pidfile,
    "-pidfile file   write the number of the process to a file\n", QEMU_ARCH_ALL)
SRST
``-pidfile`` *file*
  Write the number of the process to *file*, and remove it at the end.
ERST

DEF("run-with", HAS_ARG, QEMU_OPTION_run_with,
    "-run-with [exit-with-parent=on|off][,user=name|uid:gid]\n"
    "                how the program runs\n", QEMU_ARCH_ALL)
SRST
``-run-with`` [``exit-with-parent=on``][``,user=``\ *name*\ |\ *uid*\ ``:``\ *gid*]
  End when the process ends that started this one, which is looked at five times a second; become another user once the
  machine is built and its files are open.
ERST

DEF("runas", HAS_ARG, QEMU_OPTION_runas,
    "-runas user     short for -run-with user=\n", QEMU_ARCH_ALL)
SRST
``-runas`` *user*
  The same as ``-run-with user=``\ *user*.
ERST

DEF("add-fd", HAS_ARG, QEMU_OPTION_add_fd,
    "-add-fd fd=fd,set=set[,opaque=opaque]\n"
    "                name an inherited descriptor /dev/fdset/SET\n", QEMU_ARCH_ALL)
SRST
``-add-fd`` ``fd=``\ *fd*\ ``,set=``\ *set*\ [``,opaque=``\ *text*]
  Give a descriptor that was inherited from whoever started the program the name ``/dev/fdset/``\ *set*, which is good where
  the name of an image or of a file of a character device is.
ERST

DEF("msg", HAS_ARG, QEMU_OPTION_msg,
    "-msg [timestamp=on|off][,guest-name=on|off]\n"
    "                what stands before messages\n", QEMU_ARCH_ALL)
SRST
``-msg`` [``timestamp=on``][``,guest-name=on``]
  Put the time, and the name of the machine if it has one, before messages of the program.
ERST

DEF("overcommit", HAS_ARG, QEMU_OPTION_overcommit,
    "-overcommit [mem-lock=on|off][,cpu-pm=on|off]\n"
    "                what of the host the machine may take\n", QEMU_ARCH_ALL)
SRST
``-overcommit`` [``mem-lock=off``][``,cpu-pm=off``]
  Both are ``off`` and cannot be had: memory is not locked, and harts have no processor to themselves.
ERST

DEF("sandbox", HAS_ARG, QEMU_OPTION_sandbox,
    "-sandbox off    no filter of system calls\n", QEMU_ARCH_ALL)
SRST
``-sandbox`` ``off``
  There is no filter of system calls, which this says.
ERST

DEFHEADING(Logs)

DEF("d", HAS_ARG, QEMU_OPTION_d,
    "-d item1,...    log these items ('-d help' lists them)\n", QEMU_ARCH_ALL)
SRST
``-d`` *item1*\ [``,``...]
  Log these items from the start on, as the monitor's ``log`` does; ``-d help`` lists them.
ERST

DEF("D", HAS_ARG, QEMU_OPTION_D,
    "-D file         write the log to a file\n", QEMU_ARCH_ALL)
SRST
``-D`` *file*
  Write the log to a file in place of the error output. One ``%d`` in the name stands for the number of the
  process.
ERST

DEF("trace", HAS_ARG, QEMU_OPTION_trace,
    "-trace [[enable=]pattern][,events=file][,file=file]\n"
    "                trace events\n", QEMU_ARCH_ALL)
SRST
``-trace`` [[``enable=``]\ *pattern*][``,events=``\ *file*][``,file=``\ *file*]
  Trace the events that fit *pattern*, and those that a file names, one a line. The lines go to the log, or to
  the file that ``file=`` names. The option may be repeated; ``-trace help`` lists the events.
ERST

DEFHEADING(Attaching to a running machine)

DEF("attach", HAS_ARG, QEMU_OPTION_attach,
    "-attach unix:path|tcp:host:port|ssh://[user@]host[:port]/path|exec:command\n"
    "                the monitor of a running QEMU or hmp, over its QMP socket\n", QEMU_ARCH_ALL)
SRST
``-attach`` *address*
  Run the monitor on a machine that another program runs: QEMU 7.2 or later, or hmp, whose QMP socket
  (``-qmp unix:PATH,server=on,wait=off``) is at *address*:

  ``unix:``\ *path*
    A socket of the file system. A path with a slash in it needs no ``unix:``.
  ``tcp:``\ *host*\ ``:``\ *port*
    A TCP socket; *host*\ ``:``\ *port* will do.
  ``ssh://``\ [*user*\ ``@``]\ *host*\ [``:``\ *port*]\ ``/``\ *path*
    The socket */path* on another host. The program ``ssh`` forwards it; nothing is needed on the other side.
  ``exec:``\ *command*
    A command, run by the shell, that talks QMP on its input and output.

  Commands, scripts, ``-o json`` and ``wait`` are as on a machine of our own. What QEMU has no QMP command for runs in
  its own monitor, which ``help`` marks with (remote), and so do commands that only it has. ``quit`` ends the machine, as
  in QEMU's monitor; ``detach``, the end of input and the end of a script leave it running. In a terminal a connection
  that is lost is made again. Options that describe a machine cannot be given beside this one, with one exception:
  ``-serial unix:``\ *path* or ``-serial tcp:``\ *host*\ ``:``\ *port* names a socket of the VM's serial port, which Ctrl-O
  then shows.
ERST

DEFHEADING(Commands and output)

DEF("c", HAS_ARG, QEMU_OPTION_c,
    "-c command      run a monitor command, then end (may be given again)\n", QEMU_ARCH_ALL)
SRST
``-c`` *command*
  Run *command* as if it were typed. The option may be repeated; the commands run in order, and the machine
  ends after the last.
ERST

DEF("f", HAS_ARG, QEMU_OPTION_f,
    "-f file         run the monitor commands in a file, then end\n", QEMU_ARCH_ALL)
SRST
``-f`` *file*
  Run the commands in *file*, one a line, with ``#`` before comments. Errors name the file and the line.
ERST

DEF("e", 0, QEMU_OPTION_e,
    "-e              stop at the first command that fails\n", QEMU_ARCH_ALL)
SRST
``-e``
  Stop at the first command that fails. Without it all commands are run, and the exit status tells
  whether one failed.
ERST

DEF("o", HAS_ARG, QEMU_OPTION_o,
    "-o text|json    the form of the answers (default text)\n", QEMU_ARCH_ALL)
SRST
``-o`` ``text``\ |\ ``json``
  Print answers as text for people, or as JSON for programs: one object a command and line.
ERST

DEF("hx", HAS_ARG, QEMU_OPTION_hx,
    "-hx file        add the commands of a table\n", QEMU_ARCH_ALL)
SRST
``-hx`` *file*
  Add the commands of a table in the form of ``hmp-commands.hx`` to the monitor. With ``-handlers`` they
  get a behaviour; entries with ``.cmd_info_hrt`` need none.
ERST

DEF("handlers", HAS_ARG, QEMU_OPTION_handlers,
    "-handlers module\n"
    "                the behaviour of the commands of the -hx before it\n", QEMU_ARCH_ALL)
SRST
``-handlers`` *module*
  Load the JavaScript module that exports ``handlers``, and if it likes ``completers``, for the table of
  the ``-hx`` before it.
ERST
