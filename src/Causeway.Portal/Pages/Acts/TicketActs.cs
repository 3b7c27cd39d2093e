using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.CrossConnections;
using Causeway.Client.InternetPeering;
using Causeway.Client.Support;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.CrossConnections;
using Causeway.Contracts.InternetPeering;
using Causeway.Contracts.Support;
using Microsoft.AspNetCore.Http;
using static Causeway.Portal.Pages.Acts.Values;

namespace Causeway.Portal.Pages.Acts;

/// <summary>Tickets: to ask the operator, to say something, to attach the letter, to close.</summary>
internal static partial class TicketActs
{
    /// <summary>Of Microsoft.Support.</summary>
    public const string Version = "2024-04-01";

    private const string Services = "/providers/Microsoft.Support/services";
    private const string ExpressRoute = "expressRoute";
    private const string InternetPeering = "internetPeering";
    private const string Prefixes = "advertisedPrefixes";

    /// <param name="about">What it is to be about; empty to choose.</param>
    public static async Task<Act> OpenAsync(Asked asked, string about)
    {
        Choice[] subjects = await SubjectsAsync(asked);
        (Choice[] services, Choice[] problems) = await QuestionsAsync(asked, subjects);
        // What is chosen before anybody chooses is what would be taken.
        string first =
            subjects.FirstOrDefault(s => s.Value.Equals(about, StringComparison.OrdinalIgnoreCase))?.Value
            ?? subjects.FirstOrDefault()?.Value
            ?? "";
        string Fitting(Choice[] choices) => choices.FirstOrDefault(c => c.OnlyFor.Contains(first))?.Value ?? "";
        string contact =
            "--title {title} --description {description} --contact \"{first} {last} <{email}>\" --severity {severity} --country {country}";
        return Made.Of(
            asked,
            Side.Customer,
            "ticket",
            null,
            "PUT /subscriptions/{about:subscription}/providers/Microsoft.Support/supportTickets/{name}",
            Version,
            JsonNode.Parse(
                $$$$"""
                {"properties":{"serviceId":"{service}","problemClassificationId":"{problem}","title":"{title}","description":"{description}","severity":"{severity}",
                 "advancedDiagnosticConsent":"No","technicalTicketDetails":{"resourceId":"{about}"},
                 "contactDetails":{"firstName":"{first}","lastName":"{last}","preferredContactMethod":"email","primaryEmailAddress":"{email}","preferredTimeZone":"UTC",
                  "country":"{country}","preferredSupportLanguage":"{{{{asked.Words.Language}}}}"}}}
                """
            ),
            asked.Words["portal ticket"],
            [
                new(
                    $"causeway ticket create {{name}} --circuit {{about:parent}} --peering {{about:name}} {contact} --subscription {{about:subscription}}",
                    ("problem", ProblemOf(ExpressRoute, Prefixes))
                ),
                new(
                    $"causeway ticket create {{name}} --internet-peering {{about}} {contact} --subscription {{about:subscription}}",
                    ("problem", ProblemOf(InternetPeering, Prefixes))
                ),
                $"az support in-subscription tickets create --ticket-name {{name}} --title {{title}} --description {{description}} --severity {{severity}} --problem-classification {{problem}} --technical-resource {{about}} --advanced-diagnostic-consent No --contact-first-name {{first}} --contact-last-name {{last}} --contact-email {{email}} --contact-method email --contact-country {{country}} --contact-timezone UTC --contact-language {asked.Words.Language} --subscription {{about:subscription}}",
            ],
            [
                new Field("about", asked.Words["column about"], FieldKind.Choice)
                {
                    Value = first,
                    Choices = subjects,
                    Help = asked.Words["portal help about"],
                },
                new Field("service", asked.Words["column service"], FieldKind.Choice)
                {
                    DependsOn = "about",
                    Value = Fitting(services),
                    Choices = services,
                },
                new Field("problem", asked.Words["column problem"], FieldKind.Choice)
                {
                    DependsOn = "about",
                    Value = Fitting(problems),
                    Choices = problems,
                },
                new Field("title", asked.Words["column title"]),
                new Field("description", asked.Words["column description"], FieldKind.Long)
                {
                    Help = asked.Words["portal help description"],
                },
                new Field("severity", asked.Words["column severity"], FieldKind.Choice)
                {
                    Value = "moderate",
                    Choices =
                    [
                        new("minimal", asked.Words["portal severity minimal"], []),
                        new("moderate", asked.Words["portal severity moderate"], []),
                        new("critical", asked.Words["portal severity critical"], []),
                        new("highestcriticalimpact", asked.Words["portal severity highest"], []),
                    ],
                },
                new Field("first", asked.Words["portal first name"]),
                new Field("last", asked.Words["portal last name"]),
                new Field("email", asked.Words["portal email"]) { Pattern = "[^@\\s]+@[^@\\s]+", Help = asked.Words["portal help email"] },
                new Field("country", asked.Words["portal country"], FieldKind.Choice)
                {
                    Value = Countries.None,
                    Choices = [new(Countries.None, asked.Words["portal no country"], []), .. Countries.All],
                },
                Name(asked) with
                {
                    Value = asked.Clock.GetUtcNow().UtcDateTime.ToString("'t'yyMMddHHmmss", CultureInfo.InvariantCulture),
                },
            ]
        );
    }

    public static Act Say(Asked asked, string ticket) =>
        Made.Of(
            asked,
            Side.Customer,
            "say",
            ("on", ticket),
            "PUT {on}/communications/{communication}",
            Version,
            JsonNode.Parse("""{"properties":{"subject":"{subject}","body":"{says}"}}"""),
            asked.Words["portal say"],
            [
                "causeway ticket say {on} --subject {subject} --body {says}",
                "az support in-subscription communication create --ticket-name {on:name} --communication-name {communication} --communication-subject {subject} --communication-body {says} --subscription {on:subscription}",
            ],
            [
                new Field("communication", "", FieldKind.Hidden) { Value = $"c{Guid.NewGuid():N}" },
                new Field("subject", asked.Words["column subject"]),
                new Field("says", asked.Words["column says"], FieldKind.Long) { Help = asked.Words["portal help reason"] },
            ]
        );

    public static async Task<Act> AttachAsync(Asked asked, string ticket)
    {
        SupportTicketBody body = (await asked.Client.Tickets.GetAsync(ticket, asked.Cancellation)).Body;
        return Made.Of(
            asked,
            Side.Customer,
            "attach",
            ("on", ticket),
            "PUT {workspace}/files/{file}",
            Version,
            null,
            asked.Words["portal attach"],
            [
                "causeway ticket attach {on} {file}",
                "az support in-subscription file-workspace create --file-workspace-name {workspace:name} --subscription {on:subscription}",
                "az support in-subscription file upload --file-workspace-name {workspace:name} --file-path {file} --subscription {on:subscription}",
            ],
            [new Field("file", asked.Words["column file"], FieldKind.File) { Help = asked.Words["portal help file"] }]
        ) with
        {
            Given = new Dictionary<string, string> { ["on"] = ticket, ["workspace"] = SupportTicketsClient.WorkspaceOf(body) },
            Does = async (client, files, cancellation) =>
            {
                if (files["file"] is not { Length: > 0 } file)
                    throw new ClientException(asked.Words["portal no file"]);
                using var content = new MemoryStream();
                await file.CopyToAsync(content, cancellation);
                await client.Tickets.AttachAsync(body, NameOf(file), content.ToArray(), cancellation);
            },
        };
    }

    public static Act Close(Asked asked, string ticket) => Change(asked, ticket, "close", "closed", "causeway ticket close {on}");

    public static Act Reopen(Asked asked, string ticket) => Change(asked, ticket, "reopen", "open", "causeway ticket close {on} --reopen");

    private static Act Change(Asked asked, string ticket, string name, string status, string line) =>
        Made.Of(
            asked,
            Side.Customer,
            name,
            ("on", ticket),
            "PATCH {on}",
            Version,
            new JsonObject { ["status"] = status },
            asked.Words[$"portal {name}"],
            [
                line,
                $"az support in-subscription tickets update --ticket-name {{on:name}} --status {status} --subscription {{on:subscription}}",
            ]
        );

    public static string ProblemOf(string service, string problem) => $"{Services}/{service}/problemClassifications/{problem}";

    /// <summary>A file's own name, as the API takes names; one of which nothing is left is called a letter.</summary>
    private static string NameOf(IFormFile file) => NameOf(file.FileName);

    internal static string NameOf(string file)
    {
        // Letters stay without their marks: å is a.
        string name = string.Concat(System.IO.Path.GetFileName(file.Replace('\\', '/')).Select(Plain));
        string stem = Strange().Replace(System.IO.Path.GetFileNameWithoutExtension(name), "-").Trim('-', '.', '_');
        return (stem.Length > 0 ? stem : "letter") + Strange().Replace(System.IO.Path.GetExtension(name), "");
    }

    /// <summary>What there is to ask about: the viewer's peerings, and their circuits as a whole.</summary>
    private static async Task<Choice[]> SubjectsAsync(Asked asked)
    {
        Task<IReadOnlyList<Document<CircuitBody>>> circuits = Lists.OfAllAsync<Document<CircuitBody>>(
            asked,
            s => asked.Client.Circuits.ListAsync(Ids.Circuits(Ids.Subscription(s.SubscriptionId)), asked.Cancellation)
        );
        Task<IReadOnlyList<Document<InternetPeeringBody>>> peerings = Lists.OfAllAsync<Document<InternetPeeringBody>>(
            asked,
            s =>
                asked.Client.InternetPeerings.ListAsync(
                    InternetPeeringsClient.PathOf(Ids.Subscription(s.SubscriptionId), ""),
                    asked.Cancellation
                )
        );
        // Where a provider has the routing, its orders have peerings of their own.
        Task<IReadOnlyList<Document<CrossConnectionBody>>> orders = asked.Viewer.Sides.Contains(Side.Provider)
            ? Lists.OfAllAsync<Document<CrossConnectionBody>>(
                asked,
                s => asked.Client.CrossConnections.OrdersAsync(s.SubscriptionId, asked.Cancellation)
            )
            : Task.FromResult<IReadOnlyList<Document<CrossConnectionBody>>>([]);
        return
        [
            .. (await circuits).SelectMany(c =>
                c.Body.Properties.Peerings.Select(p => new Choice(p.Id, $"{c.Body.Name}: {p.Name}", []))
                    .Append(new Choice(c.Body.Id, c.Body.Name, []))
            ),
            .. (await orders).SelectMany(o =>
                o.Body.Properties.Peerings.Select(p => new Choice(p.Id, $"{o.Body.Name}: {p.Name}", []))
                    .Append(new Choice(o.Body.Id!, o.Body.Name, []))
            ),
            .. (await peerings).Select(p => new Choice(p.Body.Id!, Ids.NameOf(p.Body.Id), [])),
        ];
    }

    /// <summary>The services, each for what belongs to it, and what can be asked of each.</summary>
    private static async Task<(Choice[] Services, Choice[] Problems)> QuestionsAsync(Asked asked, Choice[] subjects)
    {
        var services = new List<Choice>();
        var problems = new List<Choice>();
        await foreach (JsonNode service in asked.Client.Arm.ListAsync(Services, Version, asked.Cancellation))
        {
            string id = service["id"]!.ToString();
            string[] types = [.. (service["properties"]?["resourceTypes"] as JsonArray ?? []).Select(t => $"/providers/{t}/")];
            string[] its = [.. subjects.Select(s => s.Value).Where(s => types.Any(t => s.Contains(t, StringComparison.OrdinalIgnoreCase)))];
            if (its.Length == 0)
                continue;
            services.Add(new Choice(id, service["properties"]?["displayName"]?.ToString() ?? Ids.NameOf(id), its));
            await foreach (JsonNode problem in asked.Client.Arm.ListAsync($"{id}/problemClassifications", Version, asked.Cancellation))
            {
                string classification = problem["id"]!.ToString();
                // Prefixes are accepted for what declares them to the Internet; of what else there is the API would refuse it, or ask for nothing.
                string[] fitting =
                [
                    .. Ids.NameOf(classification).Equals(Prefixes, StringComparison.OrdinalIgnoreCase) ? its.Where(HasPrefixes) : its,
                ];
                if (fitting.Length > 0)
                    problems.Add(
                        new Choice(
                            classification,
                            NameOf(asked.Words, classification, problem["properties"]?["displayName"]?.ToString()),
                            fitting
                        )
                    );
            }
        }
        return ([.. services], [.. problems]);
    }

    private static bool HasPrefixes(string about) =>
        PortalPages.TypeOf(about) == ActStates.Peerings || about.EndsWith("/peerings/MicrosoftPeering", StringComparison.OrdinalIgnoreCase);

    /// <summary>What is built in is called in the language of the page; what an operator has added, as they call it.</summary>
    internal static string NameOf(Language.Words words, string classification, string? called) =>
        Ids.NameOf(classification) switch
        {
            Prefixes => words["portal problem prefixes"],
            "provisioning" => words["portal problem provisioning"],
            "connectivity" => words["portal problem connectivity"],
            "session" => words["portal problem session"],
            "other" => words["portal problem other"],
            "demarcation" => words["portal problem demarcation"],
            var name => called ?? name,
        };

    /// <summary>How much hangs on it; what the API knows beyond these, as the API says it.</summary>
    internal static string SeverityOf(Language.Words words, string severity) =>
        severity.ToLowerInvariant() switch
        {
            "minimal" => words["portal severity minimal"],
            "moderate" => words["portal severity moderate"],
            "critical" => words["portal severity critical"],
            "highestcriticalimpact" => words["portal severity highest"],
            _ => severity,
        };

    /// <summary>Letters of Latin scripts with marks, and below each the same without: a server without ICU cannot take them apart.</summary>
    private const string WithMarks = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿāăąćĉċčďēĕėęěĝğġģĥĩīĭįĵķĺļľńņňōŏőŕŗřśŝşšţťũūŭůűųŵŷźżžđøł",
        Without = "aaaaaaceeeeiiiinooooouuuuyyaaaccccdeeeeegggghiiiijklllnnnooorrrssssttuuuuuuwyzzzdol";

    private static char Plain(char letter) =>
        WithMarks.IndexOf(char.ToLowerInvariant(letter)) is var at and >= 0
            ? char.IsUpper(letter)
                ? char.ToUpperInvariant(Without[at])
                : Without[at]
            : letter;

    [GeneratedRegex(@"[^A-Za-z0-9._-]+")]
    private static partial Regex Strange();
}
