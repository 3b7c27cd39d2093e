using System.CommandLine;
using Causeway.Cli.Kit;

namespace Causeway.Lab.Bgp;

/// <summary><c>causeway bgp</c>: the library as a stand-alone speaker, for labs, a look into one that runs, and a station for routers that report.</summary>
public static class BgpCommand
{
    private const string Md5Variable = "CAUSEWAY_MD5_KEY";
    private const string DefaultSocket = "/tmp/causeway-bgp.sock";

    public static Command Create()
    {
        var command = new Command(
            "bgp",
            "Runs a BGP speaker of its own, looks into one that runs, and listens to routers that report (BMP)."
        );
        command.Subcommands.Add(CreateRun());
        command.Subcommands.Add(CreateShow());
        command.Subcommands.Add(CreateExport());
        command.Subcommands.Add(CreateMonitor());
        return command;
    }

    private static CommandWithExamples CreateRun()
    {
        var asn = new Option<string>("--asn") { Description = "Our AS number.", Required = true };
        var routerId = new Option<string>("--router-id") { Description = "BGP identifier, an IPv4 address.", Required = true };
        var listen = new Option<string[]>("--listen")
        {
            Description =
                "ADDRESS:PORT to listen on and to speak from; may be repeated. A peer without 'from=' is spoken to from the first of its family.",
            Required = true,
        };
        var peer = new Option<string[]>("--peer")
        {
            Description =
                "ADDRESS[:PORT]=ASN, and what is to hold for this peer alone: ,from=ADDRESS ,import=... ,export=... ,md5-file=FILE ,md5-env=NAME ,next-hop-v6=ADDRESS "
                + ",passive ,allow-as-sets; may be repeated. IPv6 as [2001:db8::1]:179=64500.",
            Required = true,
        };
        var md5 = new Option<string?>("--md5")
        {
            Description = $"TCP MD5 key (RFC 2385) of all peers. Others can read a command line: better {Md5Variable}, or --md5-file.",
        };
        var md5File = new Option<string?>("--md5-file") { Description = "A file with that key; a line break at its end does not count." };
        var md5Env = new Option<string?>("--md5-env") { Description = "An environment variable with that key." };
        var allowAsSets = new Option<bool>("--allow-as-sets")
        {
            Description = "Take and send routes with an AS_SET in their path, which else are treated as withdrawn (RFC 9774).",
        };
        var routeServer = new Option<bool>("--route-server")
        {
            Description =
                "The peers are the members of a route server: each has the others' routes as these sent them (RFC 7947), and what it keeps from whom by communities. With it --export is 'all' unless said.",
        };
        var passive = new Option<bool>("--passive") { Description = "Wait for the peers; never open a connection." };
        var import = new Option<string?>("--import")
        {
            Description = "'all', 'none', or a policy file in YAML. Without it nothing is accepted (RFC 8212).",
        };
        var export = new Option<string?>("--export")
        {
            Description = "'own', 'all', 'none', or a policy file in YAML. Without it 'own': only what --announce names is told.",
        };
        var announce = new Option<string[]>("--announce")
        {
            Description = "A prefix, or an MRT file (also gzip or bzip2) whose routes are announced; may be repeated.",
        };
        var nextHopV6 = new Option<string?>("--next-hop-v6") { Description = "IPv6 next hop to announce over IPv4 sessions." };
        var vrps = new Option<string[]>("--vrps")
        {
            Description =
                "For origin validation: validator JSON (routinator, rpki-client), read again whenever it changes, or an RTR cache, rtr://HOST:PORT; may be repeated.",
        };
        var hold = new Option<int>("--hold-time")
        {
            Description = "Proposed hold time in seconds: 0, or at least 3.",
            DefaultValueFactory = _ => 180,
        };
        var socket = new Option<string>("--socket")
        {
            Description = "Control socket for 'bgp show'.",
            DefaultValueFactory = _ => DefaultSocket,
        };
        var command = new CommandWithExamples("run", "Runs a speaker until it is interrupted. Events go to standard output, one a line.")
        {
            Examples =
            [
                "causeway bgp run --asn 64500 --router-id 10.0.0.1 --listen 127.0.0.11:1790 --peer 127.0.0.12:1790=64501 --import all --announce 192.0.2.0/24",
                "causeway bgp run --asn 64500 --router-id 10.0.0.1 --listen 192.0.2.1:179 --peer 192.0.2.2=64501 --md5-file key --announce rib.20260101.0000.bz2",
                "causeway bgp run --asn 64500 --router-id 10.0.0.1 --listen 127.0.0.11:1790 --listen 127.0.0.13:1790 --peer 127.0.0.12:1790=64501,from=127.0.0.11,import=all --peer 127.0.0.14:1790=64502,from=127.0.0.13,md5-env=KEY",
                "causeway bgp run --asn 64500 --router-id 10.0.0.1 --listen [::1]:1790 --peer [::1]:1791=64501 --import policy.yaml --vrps vrps.json",
                "causeway bgp run --asn 64500 --router-id 10.0.0.1 --listen 127.0.0.1:1790 --route-server --import all --peer 127.0.0.11=64501 --peer 127.0.0.12=64502",
            ],
        };
        foreach (
            Option option in (Option[])
                [
                    asn,
                    routerId,
                    listen,
                    peer,
                    md5,
                    md5File,
                    md5Env,
                    passive,
                    allowAsSets,
                    routeServer,
                    import,
                    export,
                    announce,
                    nextHopV6,
                    vrps,
                    hold,
                    socket,
                ]
        )
            command.Add(option);
        command.SetAction(
            (parsed, cancel) =>
                LabSpeaker.RunAsync(
                    new LabOptions
                    {
                        Asn = parsed.GetValue(asn)!,
                        RouterId = parsed.GetValue(routerId)!,
                        Listen = parsed.GetValue(listen) ?? [],
                        Peers = parsed.GetValue(peer) ?? [],
                        Md5 =
                            parsed.GetValue(md5)
                            ?? (
                                parsed.GetValue(md5File) is null && parsed.GetValue(md5Env) is null
                                    ? Environment.GetEnvironmentVariable(Md5Variable)
                                    : null
                            ),
                        Md5File = parsed.GetValue(md5File),
                        Md5Env = parsed.GetValue(md5Env),
                        AllowAsSets = parsed.GetValue(allowAsSets),
                        RouteServer = parsed.GetValue(routeServer),
                        Passive = parsed.GetValue(passive),
                        Import = parsed.GetValue(import),
                        Export = parsed.GetValue(export),
                        Announce = parsed.GetValue(announce) ?? [],
                        NextHopV6 = parsed.GetValue(nextHopV6),
                        Vrps = parsed.GetValue(vrps) ?? [],
                        HoldTime = parsed.GetValue(hold),
                        Socket = parsed.GetValue(socket)!,
                    },
                    cancel
                )
        );
        return command;
    }

    private static CommandWithExamples CreateMonitor()
    {
        var listen = new Option<string>("--listen")
        {
            Description = "ADDRESS:PORT to which routers report; port 0 takes a free one.",
            Required = true,
        };
        Option<string> output = Output();
        var command = new CommandWithExamples(
            "monitor",
            "A BMP station: shows the sessions and route counts that routers report, whenever they change."
        )
        {
            Examples =
            [
                "causeway bgp monitor --listen 0.0.0.0:11019",
                "causeway bgp monitor --listen [::]:11019 --output json | jq .routers",
            ],
        };
        command.Add(listen);
        command.Add(output);
        command.SetAction((parsed, cancel) => Monitor.RunAsync(parsed.GetValue(listen)!, parsed.GetValue(output) == "json", cancel));
        return command;
    }

    private static CommandWithExamples CreateExport()
    {
        var file = new Argument<string>("file") { Description = "The file to write; compressed when its name ends in .gz." };
        Option<string> socket = Socket();
        var command = new CommandWithExamples(
            "export",
            "Writes what a speaker that runs has learnt and accepted into a file in MRT format (TABLE_DUMP_V2, RFC 6396): other tools read it, and so does --announce."
        )
        {
            Examples = ["causeway bgp export table.mrt.gz --socket /tmp/r1.sock"],
        };
        command.Add(file);
        command.Add(socket);
        command.SetAction(
            (parsed, cancel) =>
                Show.RunAsync(
                    new ControlRequest("export", null, null) { File = Path.GetFullPath(parsed.GetValue(file)!) },
                    parsed.GetValue(socket)!,
                    json: false,
                    cancel
                )
        );
        return command;
    }

    private static Option<string> Socket() =>
        new("--socket") { Description = "Control socket of the speaker.", DefaultValueFactory = _ => DefaultSocket };

    private static Option<string> Output()
    {
        var output = new Option<string>("--output") { Description = "'text' or 'json'.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        return output;
    }

    private static Command CreateShow()
    {
        Option<string> socket = Socket();
        Option<string> output = Output();
        var peer = new Option<string?>("--peer") { Description = "Only routes received from this peer, refused ones too." };
        var prefix = new Argument<string?>("prefix")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "A prefix: it and what lies inside it. An address: the routes that hold it, longest first. Refused ones too.",
        };
        var name = new Argument<string>("address") { Description = "The peer's address." };
        var advertised = new Option<bool>("--advertised")
        {
            Description = "The routes that the peer has been told, with the attributes they have in our table, instead.",
        };
        var summary = new Command("summary", "Each peer: state, routes received, accepted and refused by reason.");
        var routes = new CommandWithExamples(
            "routes",
            "The best routes, those of a prefix or address, or with --peer those received from one peer."
        )
        {
            Examples =
            [
                "causeway bgp show routes 192.0.2.1",
                "causeway bgp show routes 10.0.0.0/8 --peer 127.0.0.12",
                "causeway bgp show routes --peer 127.0.0.12 --output json | jq '.[] | select(.accepted | not)'",
            ],
        };
        routes.Add(prefix);
        routes.Add(peer);
        var neighbor = new CommandWithExamples("neighbor", "Everything about one peer.")
        {
            Examples = ["causeway bgp show neighbor 127.0.0.12", "causeway bgp show neighbor 127.0.0.12 --advertised"],
        };
        neighbor.Add(name);
        neighbor.Add(advertised);
        var show = new Command("show", "Looks into a speaker that runs.");
        Add(summary, _ => new ControlRequest("summary", null, null));
        Add(routes, parsed => new ControlRequest("routes", parsed.GetValue(peer), parsed.GetValue(prefix)));
        Add(neighbor, parsed => new ControlRequest(parsed.GetValue(advertised) ? "advertised" : "neighbor", parsed.GetValue(name), null));
        return show;

        void Add(Command command, Func<ParseResult, ControlRequest> question)
        {
            command.Options.Add(socket);
            command.Options.Add(output);
            command.SetAction(
                (parsed, cancel) => Show.RunAsync(question(parsed), parsed.GetValue(socket)!, parsed.GetValue(output) == "json", cancel)
            );
            show.Add(command);
        }
    }
}
