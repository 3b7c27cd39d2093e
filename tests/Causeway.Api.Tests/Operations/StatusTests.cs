using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Causeway.Api.Tests.Cli;
using Causeway.Api.Tests.Identity;
using Causeway.Hosting;
using Causeway.Identity.Roles;
using Causeway.Primitives;
using Causeway.Testing;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.Operations;

/// <summary>What the operator is shown, and what <c>/readyz</c> says of loops that fail or hang.</summary>
public sealed class StatusTests(IssuerApi api) : IClassFixture<IssuerApi>
{
    private const string Status = "/providers/Causeway.Operations/status?api-version=2026-11-01";
    private const string Effects = "/providers/Causeway.Operations/effects?api-version=2026-11-01";

    private Supervisor Supervisor => api.Server.Services.GetRequiredService<Supervisor>();

    [Fact]
    public async Task The_operator_sees_loops_effects_routers_and_the_store()
    {
        DateTimeOffset due = new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);
        IStore store = api.Server.Services.GetRequiredService<IStore>();
        ResourceId about = ResourceId.OfSubscription(api.CustomerSubscription);
        await store.CommitAsync(
            new Changes { Effects = [new Effect("status-test", "of-the-future", about, default, due)] },
            CancellationToken.None
        );
        await store.PutObservationsAsync(
            [
                new Observation(
                    "router/ams-1-primary",
                    due,
                    1,
                    "0123456789abcdef",
                    """{"wanted":"fedcba9876543210","problem":"no answer"}"""u8.ToArray()
                ),
                new Observation("router/ams-1-primary/instance", due, 1, "", "{}"u8.ToArray()),
            ],
            CancellationToken.None
        );
        JsonNode status = await Eventually.Get(
            async () => (await api.Operator.Get(Status)).Body!,
            s =>
                s["loops"]!.AsArray().All(l => l!["state"]!.ToString() is "Running" or "Waiting")
                && s["routers"]!.AsArray().Any(r => r!["owner"] is not null),
            "all is well, and somebody drives the routers"
        );
        Assert.Equal(
            ["effects", "retention", "routers", "store"],
            status["loops"]!.AsArray().Select(l => l!["name"]!.ToString()).Intersect(["effects", "retention", "routers", "store"]).Order()
        );
        JsonNode kind = Assert.Single(status["effects"]!.AsArray(), e => e!["kind"]!.ToString() == "of-the-future")!;
        Assert.Equal(1, kind["waiting"]!.GetValue<long>());
        Assert.Equal(due, kind["oldestDue"]!.GetValue<DateTimeOffset>());
        JsonNode router = Assert.Single(status["routers"]!.AsArray(), r => r!["name"]!.ToString() == "ams-1-primary")!;
        Assert.Equal("no answer", router["problem"]!.ToString());
        Assert.True(router["epoch"]!.GetValue<long>() > 0);
        Assert.True(status["store"]!["answers"]!.GetValue<bool>());

        JsonNode effect = Assert.Single(
            (await api.Operator.Get(Effects)).Body!["value"]!.AsArray(),
            e => e!["name"]!.ToString() == "status-test"
        )!;
        Assert.Equal(due, effect["due"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task It_is_for_the_operator_and_for_a_reader_of_everything()
    {
        string subscription = $"/subscriptions/{api.CustomerSubscription}";
        (string Name, RoleDefinition Role, string Scope, int Code)[] all =
        [
            ("status-reader-everywhere", BuiltInRoles.Reader, "", 200),
            ("status-reader", BuiltInRoles.Reader, subscription, 403),
            ("status-operator", BuiltInRoles.Operator, subscription, 403),
            ("status-owner", BuiltInRoles.Owner, subscription, 403),
        ];
        foreach ((string name, RoleDefinition role, string scope, int code) in all)
        {
            using HttpClient client = await api.PrincipalAsync(name, role, scope);
            foreach (string path in (string[])[Status, Effects])
                Assert.Equal((name, path, code), (name, path, (await client.Get(path)).Code));
        }
        foreach (HttpClient customer in (HttpClient[])[api.Customer, api.Provider])
            (await customer.Get(Status)).Is(403);
        (await api.Anonymous.Get(Status)).Is(401);
    }

    [Theory]
    [InlineData("en", "all", "background loops do their work", "Driven by")]
    [InlineData("sv", "alla", "bakgrundsslingor sköter sitt arbete", "Drivs av")]
    [InlineData("nl", "alle", "achtergrondlussen doen hun werk", "Aangestuurd door")]
    public async Task The_command_line_shows_it_in_three_languages(string language, string all, string says, string driver)
    {
        string[] Line(string line) => [.. line.Split(' '), "--access", api.Server.AccessFile, "--lang", language];
        string status = await Eventually.Get(
            () => CliRun.Ok(Line("operator status")),
            s => s.Contains(says, StringComparison.Ordinal) && s.Contains($": {all} ", StringComparison.Ordinal),
            "all loops work"
        );
        Assert.Contains("ams-1-secondary", status, StringComparison.Ordinal);
        Assert.Contains(driver, await CliRun.Ok(Line("operator routers")), StringComparison.Ordinal);
        await CliRun.Ok(Line("operator effects"));
        await CliRun.Ok(Line("operator circuits"));
        Assert.Contains("answers: true", await CliRun.Ok(Line("operator status -o yaml")), StringComparison.Ordinal);
        Assert.NotNull(JsonNode.Parse(await CliRun.Ok(Line("operator status -o json")))!["loops"]);
        CliRun customer = await CliRun.Of(Line("operator status --as customer"));
        Assert.Equal(4, customer.Code);
    }

    [Fact]
    public async Task The_operator_lists_everybodys_circuits()
    {
        var server = new Circuits.CircuitServer(api);
        string circuit = await server.CircuitAsync();
        string list = await CliRun.Ok("operator", "circuits", "--access", api.Server.AccessFile, "-o", "json");
        Assert.Contains(JsonNode.Parse(list)!.AsArray(), c => c!["id"]!.ToString().Equals(circuit, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_loop_that_hangs_makes_readiness_say_no_until_it_goes_on()
    {
        var go = new TaskCompletionSource();
        Supervisor.Start(new Scripted("test-hang", _ => go.Task));
        try
        {
            Answer no = await Eventually.Get(() => api.Anonymous.Get("/readyz"), a => a.Code == 503, "readiness says no");
            Assert.Contains("test-hang: hung since ", no.Text, StringComparison.Ordinal);
            JsonNode status = (await api.Operator.Get(Status)).Body!;
            Assert.Equal("Hung", status["loops"]!.AsArray().Single(l => l!["name"]!.ToString() == "test-hang")!["state"]!.ToString());
        }
        finally
        {
            go.SetResult();
        }
        await Eventually.Get(() => api.Anonymous.Get("/readyz"), a => a.Text == "ready\n", "readiness says yes again");
        await EndAsync("test-hang");
    }

    [Fact]
    public async Task A_loop_whose_driver_cancels_by_itself_goes_on_and_readiness_says_what_it_said()
    {
        int turns = 0;
        bool broken = true;
        Supervisor.Start(
            new Scripted(
                "test-cancel",
                _ =>
                {
                    Interlocked.Increment(ref turns);
                    return Volatile.Read(ref broken)
                        ? throw new TaskCanceledException("the driver at 10.9.8.7 did not answer")
                        : Task.CompletedTask;
                }
            )
        );
        Answer no = await Eventually.Get(
            () => api.Anonymous.Get("/readyz"),
            a => a.Code == 503 && turns > 2,
            "readiness says no, and the loop goes on"
        );
        Assert.Contains("test-cancel: failing since ", no.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("10.9.8.7", no.Text, StringComparison.Ordinal);
        Volatile.Write(ref broken, false);
        await Eventually.Get(() => api.Anonymous.Get("/readyz"), a => a.Text == "ready\n", "readiness says yes again");
        await EndAsync("test-cancel");
    }

    private async Task EndAsync(string name)
    {
        await Supervisor.StopAsync(Scripted.All.Where(l => l.Name == name), TimeSpan.FromSeconds(10));
        Assert.DoesNotContain(Supervisor.Status, l => l.Name == name);
    }

    private sealed class Scripted : Loop
    {
        private readonly Func<CancellationToken, Task> _turn;

        public Scripted(string name, Func<CancellationToken, Task> turn)
            : base(name)
        {
            _turn = turn;
            All = All.Add(this);
        }

        public static ImmutableList<Scripted> All { get; private set; } = [];

        public override TimeSpan Patience => TimeSpan.FromSeconds(0.3);

        public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
        {
            await _turn(cancellation);
            return new TurnResult("done", null);
        }
    }
}
