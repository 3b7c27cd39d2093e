using System.CommandLine;
using System.Globalization;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.InternetPeering;
using Causeway.Client.Support;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Support;
using Causeway.Primitives;

namespace Causeway.Cli.Support;

/// <summary><c>causeway ticket …</c>: what a customer asks of the operator, and what the operator makes of it.</summary>
internal static class TicketVerbs
{
    private const string Services = "/providers/Microsoft.Support/services";

    /// <summary>Larger files are refused, as the server does.</summary>
    private const int MostFileBytes = 5 << 20;

    private static readonly Column<SupportTicketBody>[] Ticket =
    [
        new("name", t => t.Name),
        new("ticketNumber", t => t.Properties.SupportTicketId),
        new("title", t => t.Properties.Title),
        new("about", t => About(t)),
        new("asked", t => (t.Properties.AskedPrefixes ?? []).Select(Asked)),
        new("status", t => t.Properties.Status),
        new("actsNext", t => t.Properties.ActsNext),
        new("createdAt", t => Time(t.Properties.CreatedDate)),
        new("decided", t => (t.Properties.Decisions ?? []).Select(Decision)),
        new("id", t => t.Id),
    ];

    public static IEnumerable<Twig> Twigs =>
        [new("ticket", Customers), new("ticket file", Files), new("ticket", () => [Accept(), Reject()], As: "operator")];

    private static IEnumerable<Command> Customers() =>
        [
            Create(),
            new Verb("show", ["causeway ticket show letter"], ShowAsync, Name()),
            Shape.List(
                "list",
                ["causeway ticket list", "causeway ticket list --all --as operator"],
                "no tickets",
                call =>
                    call.Get<bool>("--all")
                        ? call.Client.Tickets.QueueAsync(call.Get<bool>("--closed"), call.Cancellation)
                        : call.Client.Tickets.OfAsync(call.SubscriptionPath, call.Cancellation),
                Ticket,
                Opt.Flag("--all"),
                Opt.Flag("--closed")
            ),
            Attach(),
            Say(),
            Close(),
        ];

    private static IEnumerable<Command> Files() =>
        [
            new Verb(
                "list",
                ["causeway ticket file list letter"],
                async call =>
                    Printer.List(
                        call,
                        await call.Reading(call.Client.Tickets.FilesAsync(await TicketAsync(call), call.Cancellation)),
                        "no files",
                        [
                            new("name", f => f.Name),
                            new("bytes", f => f.Properties.FileSize.ToString(CultureInfo.InvariantCulture)),
                            new("chunks", f => $"{f.Properties.StoredChunks}/{f.Properties.NumberOfChunks}"),
                        ]
                    ),
                Name()
            ),
            new Verb(
                "get",
                ["causeway ticket file get letter letter.pdf --as operator"],
                GetFileAsync,
                Name(),
                Opt.Argument("file"),
                Opt.Text("--to", "PATH")
            ),
        ];

    private static Verb Create() =>
        Shape.One(
            "create",
            [
                "causeway ticket create letter --circuit c1 --contact \"Ann Berg <ann@example.net>\" --title \"Please accept 193.10.0.0/20\"",
                "causeway ticket create letter --internet-peering at-amsix --group g1 --contact \"Ann Berg <ann@example.net>\" --title \"Please accept 193.10.0.0/20\"",
            ],
            "storing the ticket",
            call =>
            {
                (string first, string last, string email) = Contact(call);
                (string name, string about) = About(call);
                string service = $"{Services}/{name}";
                string title = call.Text("--title");
                var body = new SupportTicketBody
                {
                    Properties = new()
                    {
                        ServiceId = service,
                        ProblemClassificationId = $"{service}/problemClassifications/advertisedPrefixes",
                        Title = title,
                        Description = call.Get<string?>("--description") ?? title,
                        Severity = call.Text("--severity"),
                        AdvancedDiagnosticConsent = "No",
                        ContactDetails = new()
                        {
                            FirstName = first,
                            LastName = last,
                            PreferredContactMethod = "email",
                            PrimaryEmailAddress = email,
                            PreferredTimeZone = "UTC",
                            Country = call.Text("--country"),
                            PreferredSupportLanguage = call.Words.Language,
                        },
                        TechnicalTicketDetails = new(about),
                    },
                };
                return call.Client.Tickets.PutAsync(
                    SupportTicketsClient.PathOf(call.SubscriptionPath, call.Text("ticket")),
                    body,
                    SupportContract.Default.SupportTicketBody,
                    call.Wait,
                    call.Cancellation
                );
            },
            Ticket,
            [
                Name(),
                Opt.Text("--circuit", "CIRCUIT"),
                Opt.Text("--internet-peering", "PEERING"),
                Opt.OneOf("--peering", "MicrosoftPeering", "MicrosoftPeering", "AzurePublicPeering", "AzurePrivatePeering"),
                Opt.Needed("--title", "TEXT"),
                Opt.Text("--description", "TEXT"),
                Opt.Needed("--contact", "NAME"),
                Opt.OneOf("--severity", "moderate", "minimal", "moderate", "critical", "highestcriticalimpact"),
                Country(),
            ],
            (call, ticket) => call.Next("next letter", ticket.Name!)
        );

    /// <summary>The service that is asked, and the peering that it is asked about.</summary>
    private static (string Service, string About) About(CliCall call) =>
        (call.Get<string?>("--circuit"), call.Get<string?>("--internet-peering")) switch
        {
            ({ }, null) => ("expressRoute", Ids.Peering(call.Circuit("--circuit"), call.Text("--peering"))),
            (null, { } peering) => (
                "internetPeering",
                peering.StartsWith('/') ? peering : InternetPeeringsClient.PathOf(call.GroupPath, peering)
            ),
            _ => throw new CliException(call.Words["one peering"]),
        };

    private static async Task ShowAsync(CliCall call)
    {
        string path = await PathAsync(call);
        Document<SupportTicketBody> ticket = await call.Reading(call.Client.Tickets.GetAsync(path, call.Cancellation));
        Printer.One(call, ticket, Ticket);
        if (!call.ForPeople)
            return;
        foreach (Document<FileBody> file in await call.Client.Tickets.FilesAsync(ticket.Body, call.Cancellation))
            call.Out.WriteLine(call.Words["ticket file line", file.Body.Name!, file.Body.Properties.FileSize, ticket.Body.Name!]);
        if (call.Principal == "operator")
            await ShowStandingsAsync(call, ticket.Body);
        foreach (Document<CommunicationBody> said in await call.Client.Tickets.SaidAsync(path, call.Cancellation))
        {
            CommunicationProperties p = said.Body.Properties;
            string who = call.Words[p.CommunicationDirection == "outbound" ? "the operator" : "the customer"];
            call.Out.WriteLine($"\n{Time(p.CreatedDate)} {who}: {p.Subject}\n  {p.Body.Replace("\n", "\n  ", StringComparison.Ordinal)}");
        }
        if (ticket.Body.Properties.ActsNext == "customer")
            call.Next("next answer", ticket.Body.Name!);
        else if (ticket.Body.Properties.ActsNext == "operator")
            call.Next("next decide", ticket.Body.Id!);
    }

    /// <summary>How each prefix of the peering stands, which the operator decides by.</summary>
    private static async Task ShowStandingsAsync(CliCall call, SupportTicketBody ticket)
    {
        if (
            ticket.Properties is not { AskedPrefixes.Count: > 0, TechnicalTicketDetails.ResourceId: { } peering }
            || !peering.Contains("/expressRouteCircuits/", StringComparison.OrdinalIgnoreCase)
        )
            return;
        foreach (Document<PrefixEvidenceBody> prefix in await call.Client.Peerings.EvidenceAsync(peering, call.Cancellation))
            call.Out.WriteLine($"  {PlainText.Escape(prefix.Body.Prefix)}  {prefix.Body.State}: {PlainText.Escape(prefix.Body.Reason)}");
    }

    private static Verb Attach() =>
        new(
            "attach",
            ["causeway ticket attach letter letter.pdf"],
            async call =>
            {
                string path = call.Text("file");
                if (!File.Exists(path))
                    throw new CliException(call.Words["no such file", path]);
                if (new FileInfo(path).Length is 0 or > MostFileBytes)
                    throw new CliException(call.Words["file too large", path, MostFileBytes]);
                byte[] content = await File.ReadAllBytesAsync(path, call.Cancellation);
                SupportTicketBody ticket = await TicketAsync(call);
                Document<FileBody> stored = await call.Working(
                    "attaching",
                    call.Client.Tickets.AttachAsync(ticket, Path.GetFileName(path), content, call.Cancellation)
                );
                Printer.One(
                    call,
                    stored,
                    [
                        new("name", f => f.Name),
                        new("bytes", f => f.Properties.FileSize.ToString(CultureInfo.InvariantCulture)),
                        new("chunks", f => $"{f.Properties.StoredChunks}/{f.Properties.NumberOfChunks}"),
                    ]
                );
                call.Next("next show", ticket.Name!);
            },
            Name(),
            Opt.Argument("file")
        );

    private static Verb Say() =>
        Shape.One(
            "say",
            ["causeway ticket say letter --subject \"The second page\" --body \"It names us.\""],
            "storing the ticket",
            async call =>
            {
                string subject = call.Text("--subject");
                var said = new CommunicationBody
                {
                    Properties = new() { Subject = subject, Body = call.Get<string?>("--body") ?? subject },
                };
                return await call.Client.Tickets.SayAsync(await PathAsync(call), $"c{Guid.NewGuid():N}", said, call.Cancellation);
            },
            [
                new Column<CommunicationBody>("name", c => c.Name),
                new Column<CommunicationBody>("subject", c => c.Properties.Subject),
                new Column<CommunicationBody>("createdAt", c => Time(c.Properties.CreatedDate)),
            ],
            [Name(), Opt.Needed("--subject", "TEXT"), Opt.Text("--body", "TEXT")],
            (call, _) => call.Next("next show", call.Text("ticket"))
        );

    private static Verb Close() =>
        Shape.One(
            "close",
            ["causeway ticket close letter", "causeway ticket close letter --reopen"],
            "storing the ticket",
            async call =>
                await call.Client.Tickets.ChangeAsync(
                    await PathAsync(call),
                    new SupportTicketChangeBody { Status = call.Get<bool>("--reopen") ? "open" : "closed" },
                    call.Cancellation
                ),
            Ticket,
            [Name(), Opt.Flag("--reopen")]
        );

    private static Verb Accept() =>
        Shape.One(
            "accept",
            ["causeway ticket accept letter --prefixes 193.10.0.0/20 --expires 2027-11-01 --reason \"Letter of the holder\""],
            "storing the ticket",
            async call =>
                await call.Client.Tickets.AcceptAsync(
                    await PathAsync(call),
                    new AcceptanceBody
                    {
                        Prefixes = call.Has("--prefixes") ? call.Get<string[]>("--prefixes") : null,
                        Expires = Expires(call),
                        Reason = call.Text("--reason"),
                        Close = call.Get<bool>("--keep-open") ? false : null,
                    },
                    call.Cancellation
                ),
            Ticket,
            [
                Name(),
                Opt.Many("--prefixes", "PREFIX"),
                Opt.Needed("--expires", "DATE"),
                Opt.Needed("--reason", "TEXT"),
                Opt.Flag("--keep-open"),
            ],
            (call, ticket) => call.Next("next show", ticket.Id!)
        );

    private static Verb Reject() =>
        Shape.One(
            "reject",
            ["causeway ticket reject letter --reason \"The letter is not signed\""],
            "storing the ticket",
            async call => await call.Client.Tickets.RejectAsync(await PathAsync(call), call.Text("--reason"), call.Cancellation),
            Ticket,
            [Name(), Opt.Needed("--reason", "TEXT")]
        );

    private static async Task GetFileAsync(CliCall call)
    {
        string name = call.Text("file");
        string to = call.Get<string?>("--to") ?? Path.GetFileName(name);
        if (File.Exists(to))
            throw new CliException(call.Words["file exists", to]);
        SupportTicketBody ticket = await TicketAsync(call);
        byte[] content = await call.Reading(call.Client.Tickets.DownloadAsync(ticket, name, call.Cancellation));
        await using (var file = new FileStream(to, FileMode.CreateNew))
            await file.WriteAsync(content, call.Cancellation);
        if (call.ForPeople)
            call.Out.WriteLine(call.Words["file written", to, content.Length]);
    }

    private static async Task<SupportTicketBody> TicketAsync(CliCall call) =>
        (await call.Reading(call.Client.Tickets.GetAsync(await PathAsync(call), call.Cancellation))).Body;

    /// <summary>The ticket by its id, or by its name in the subscription; for the operator by its name or number in the queue of all.</summary>
    private static async Task<string> PathAsync(CliCall call)
    {
        string text = call.Text("ticket");
        if (text.StartsWith('/'))
            return text;
        if (call.Principal != "operator")
            return SupportTicketsClient.PathOf(call.SubscriptionPath, text);
        SupportTicketBody[] found =
        [
            .. (await call.Reading(call.Client.Tickets.QueueAsync(closedToo: true, call.Cancellation)))
                .Select(t => t.Body)
                .Where(t => text.Equals(t.Name, StringComparison.OrdinalIgnoreCase) || text == t.Properties.SupportTicketId),
        ];
        return found switch
        {
            [var one] => one.Id!,
            [] => throw new CliException(call.Words["no such ticket", text], ExitCode.NotFound),
            _ => throw new CliException(call.Words["several tickets", text, string.Join(", ", found.Select(t => t.Id))]),
        };
    }

    /// <summary><c>Ann Berg &lt;ann@example.net&gt;</c>.</summary>
    private static (string First, string Last, string Email) Contact(CliCall call)
    {
        string text = call.Text("--contact").Trim();
        int open = text.IndexOf('<', StringComparison.Ordinal);
        string[] names = open < 1 ? [] : text[..open].Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return names.Length == 2 && text.EndsWith('>')
            ? (names[0], names[1], text[(open + 1)..^1])
            : throw new CliException(call.Words["not a contact", text]);
    }

    private static DateTimeOffset Expires(CliCall call) =>
        DateTimeOffset.TryParse(
            call.Text("--expires"),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out DateTimeOffset at
        )
            ? at
            : throw new CliException(call.Words["not a date", call.Text("--expires")]);

    private static string About(SupportTicketBody ticket) =>
        ticket.Properties.TechnicalTicketDetails?.ResourceId?.Split('/') is { Length: > 3 } s ? $"{s[^3]}/{s[^1]}" : "";

    private static string Asked(AskedPrefixBody a) =>
        $"{a.Prefix} AS{a.CustomerAsn}{(a.PeerAsn == a.CustomerAsn ? "" : $" over AS{a.PeerAsn}")}";

    private static string Decision(TicketDecisionBody d) =>
        d.Expires is { } until
            ? $"{d.Decision} {string.Join(' ', d.Prefixes ?? [])} → {Time(until)}: {d.Reason}"
            : $"{d.Decision}: {d.Reason}";

    private static string Time(DateTimeOffset? at) => at is { } t ? $"{t.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "";

    private static Argument<string> Name() => Opt.Argument("ticket");

    private static Option<string> Country() => new("--country") { HelpName = "CODE", DefaultValueFactory = _ => "ZZZ" };
}
