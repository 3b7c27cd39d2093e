using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Registries;
using Causeway.Registries.Irr.Nrtm;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.PeeringDb;
using Causeway.Registries.Rpki;
using Causeway.Registries.Service;

namespace Causeway.Lab.Registry;

/// <summary><c>registry run</c>: loads, keeps fresh, and serves whois and RTR, until it is stopped.</summary>
internal sealed class RegistryRun : CommandWithExamples
{
    public RegistryRun(TimeProvider clock)
        : base("run", "Load registries, keep them fresh, serve whois and RTR")
    {
        Examples =
        [
            "causeway registry run --dump radb.db.gz ripe.db.route.gz --vrps rpki.json --whois 127.0.0.1:4343 --rtr 127.0.0.1:3323",
            "causeway registry run --rtr-cache 127.0.0.1:3324 127.0.0.1:3325 --rtr 127.0.0.1:3323 --data ./registries",
        ];
        ExitCodesInWords = "Exit codes: 0 stopped, 2 wrong command line, or the folder or a port cannot be used.";
        Option<string> data = RegistryOptionsOnLine.Data();
        var dumps = new Option<string[]>("--dump") { Description = "IRR dumps, plain or gzip", AllowMultipleArgumentsPerToken = true };
        var vrps = new Option<string[]>("--vrps")
        {
            Description = "validator output (JSON), plain or gzip; or an RTR cache, rtr://HOST:PORT",
            AllowMultipleArgumentsPerToken = true,
        };
        var caches = new Option<string[]>("--rtr-cache")
        {
            Description = "RTR caches to follow, HOST:PORT",
            AllowMultipleArgumentsPerToken = true,
        };
        var slurm = new Option<string[]>("--slurm") { Description = "local exceptions (RFC 8416)", AllowMultipleArgumentsPerToken = true };
        var peeringDb = new Option<string?>("--peeringdb")
        {
            Description = "a PeeringDB dump file, or the address of its API such as https://www.peeringdb.com/api/",
        };
        var prefer = new Option<string[]>("--prefer")
        {
            Description = "IRR sources in order of preference, such as RIPE,ARIN,RADB: the first that has a set is believed",
            AllowMultipleArgumentsPerToken = true,
        };
        var nrtm3 = new Option<string[]>("--nrtm3")
        {
            Description = "keep a source fresh by NRTMv3: SOURCE=HOST:PORT",
            AllowMultipleArgumentsPerToken = true,
        };
        var nrtm4 = new Option<string[]>("--nrtm4")
        {
            Description = "keep a source fresh by NRTMv4: SOURCE=KEYFILE,URL of the update notification file (https, or a path)",
            AllowMultipleArgumentsPerToken = true,
        };
        var whois = new Option<string?>("--whois") { Description = "serve whois (IRRd's protocol) on ADDRESS:PORT" };
        var rtr = new Option<string?>("--rtr") { Description = "serve RTR on ADDRESS:PORT" };
        var routers = new Option<string[]>("--rtr-router")
        {
            Description = "routers that RTR serves first when all seats are taken: addresses or prefixes",
            AllowMultipleArgumentsPerToken = true,
        };
        var maxAge = new Option<double>("--max-age")
        {
            Description = "hours after which the data of a VRP file no longer counts as current",
            DefaultValueFactory = _ => 24,
        };
        var maxLoss = new Option<double>("--max-loss")
        {
            Description =
                "hold back a refresh that takes more than this share of a source's records away, from 100 records on; 1 takes everything",
            DefaultValueFactory = _ => 0.2,
        };
        var format = new Option<OutputForm>("--output", "-o")
        {
            Description = "table: lines for people; json: one JSON object a line [default: table]",
            HelpName = CommonOptions.Forms(OutputForm.Table, OutputForm.Json),
        };
        Option[] options =
        [
            dumps,
            vrps,
            caches,
            slurm,
            peeringDb,
            prefer,
            nrtm3,
            nrtm4,
            whois,
            rtr,
            routers,
            maxAge,
            maxLoss,
            format,
            data,
        ];
        foreach (Option option in options)
            Add(option);
        SetAction(
            async (arguments, cancellation) =>
            {
                TextWriter output = arguments.InvocationConfiguration.Output,
                    errors = arguments.InvocationConfiguration.Error;
                var problems = new List<string>();
                IPEndPoint? whoisAt = EndPoint(arguments.GetValue(whois), "--whois", problems);
                IPEndPoint? rtrAt = EndPoint(arguments.GetValue(rtr), "--rtr", problems);
                (List<string> files, List<HostPort> follow) = VrpSources.Read("--vrps", arguments.GetValue(vrps) ?? [], problems);
                foreach (string cache in arguments.GetValue(caches) ?? [])
                    if (HostPort.TryParse(cache, out HostPort at))
                        follow.Add(at);
                    else
                        problems.Add($"--rtr-cache {cache}: write HOST:PORT, or [ADDRESS]:PORT for IPv6.");
                List<IrrMirror> mirrors = Mirrors(arguments.GetValue(nrtm3) ?? [], arguments.GetValue(nrtm4) ?? [], problems);
                List<IpPrefix> known = Routers(arguments.GetValue(routers) ?? [], problems);
                double hours = arguments.GetValue(maxAge);
                if (hours is not (> 0 and <= 87_600))
                    problems.Add($"--max-age {hours}: write a number of hours above 0.");
                double loss = arguments.GetValue(maxLoss);
                if (loss is not (>= 0 and <= 1))
                    problems.Add($"--max-loss {loss}: write a share from 0 to 1.");
                if (arguments.GetValue(format) is OutputForm.Yaml or OutputForm.Tsv)
                    problems.Add("--output: what happens is told line by line, as table or json.");
                if (problems.Count > 0)
                {
                    foreach (string problem in problems)
                        await errors.WriteLineAsync(problem);
                    return 2;
                }
                ShrinkGuard guard =
                    loss >= 1 ? new ShrinkGuard { MaxLoss = 1, MinRecords = int.MaxValue } : new ShrinkGuard { MaxLoss = loss };
                string? from = arguments.GetValue(peeringDb);
                bool fromApi = Uri.TryCreate(from, UriKind.Absolute, out Uri? api) && api.Scheme is "https" or "http";
                var registries = new RegistryOptions
                {
                    DataFolder = arguments.GetRequiredValue(data),
                    DumpFiles = arguments.GetValue(dumps) ?? [],
                    Irr = new IrrStoreOptions
                    {
                        Guard = guard,
                        Preference =
                        [
                            .. (arguments.GetValue(prefer) ?? []).SelectMany(p => p.Split(',', StringSplitOptions.RemoveEmptyEntries)),
                        ],
                    },
                    Mirrors = mirrors,
                    Rpki = new RpkiOptions
                    {
                        Files = files,
                        Caches = follow,
                        SlurmFiles = arguments.GetValue(slurm) ?? [],
                        MaxFileAge = TimeSpan.FromHours(hours),
                        Guard = guard,
                    },
                    PeeringDb = new PeeringDbOptions
                    {
                        Api = fromApi ? api : null,
                        DumpFile = fromApi ? null : from,
                        Guard = guard,
                    },
                };
                try
                {
                    int? width = output == Console.Out && !Console.IsOutputRedirected ? Math.Max(Console.WindowWidth, 20) : null;
                    var log = new RegistryLog(output, arguments.GetValue(format) == OutputForm.Json, width, clock);
                    using var signals = Signals.IgnoringHangUp(output, cancellation);
                    await RegistryServing.RunAsync(registries, whoisAt, rtrAt, known, log, clock, cancellation);
                    return 0;
                }
                catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
                {
                    await errors.WriteLineAsync(e.Message);
                    return 2;
                }
            }
        );
    }

    private static List<IrrMirror> Mirrors(string[] nrtm3, string[] nrtm4, List<string> problems)
    {
        var mirrors = new List<IrrMirror>();
        foreach (string text in nrtm3)
            if (text.Split('=', 2) is [{ Length: > 0 } source, var server] && HostPort.TryParse(server, out HostPort at))
                mirrors.Add(
                    new IrrMirror
                    {
                        Source = source,
                        Nrtm3 = new Nrtm3Options { Host = at.Host, Port = at.Port },
                    }
                );
            else
                problems.Add($"--nrtm3 {text}: write SOURCE=HOST:PORT.");
        foreach (string text in nrtm4)
            if (
                text.Split('=', 2) is not [{ Length: > 0 } source, var rest]
                || rest.Split(',', 2) is not [var keyFile, { Length: > 0 } url]
            )
                problems.Add($"--nrtm4 {text}: write SOURCE=KEYFILE,URL.");
            else if (!File.Exists(keyFile))
                problems.Add($"--nrtm4 {text}: there is no key file {keyFile}; it holds the server's public key in PEM.");
            else
                mirrors.Add(
                    new IrrMirror
                    {
                        Source = source,
                        Nrtm4 = new Nrtm4Options { NotificationUrl = url, InitialKey = File.ReadAllText(keyFile) },
                    }
                );
        return mirrors;
    }

    private static List<IpPrefix> Routers(string[] texts, List<string> problems)
    {
        var routers = new List<IpPrefix>();
        foreach (string text in texts)
            if (IpPrefix.TryParse(text, out IpPrefix prefix))
                routers.Add(prefix);
            else if (IPAddress.TryParse(text, out IPAddress? address))
                routers.Add(IpPrefix.Host(address));
            else
                problems.Add($"--rtr-router {text}: write an address, or a prefix such as 192.0.2.0/24.");
        return routers;
    }

    private static IPEndPoint? EndPoint(string? text, string option, List<string> problems)
    {
        if (text is null)
            return null;
        if (IPEndPoint.TryParse(text, out IPEndPoint? end) && (end.Port != 0 || text.EndsWith(":0", StringComparison.Ordinal)))
            return end;
        problems.Add($"{option} {text}: write ADDRESS:PORT such as 127.0.0.1:4343, or [::1]:4343.");
        return null;
    }
}
