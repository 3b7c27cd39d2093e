using System.Collections.Immutable;
using System.Text.Json;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Domain;
using Causeway.Domain.Networks;
using Causeway.Domain.Resources;
using Causeway.Identity.Secrets;
using Causeway.Primitives;
using Causeway.Templates;
using Causeway.Templates.Values;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using static Causeway.Samples.Scopes;

namespace Causeway.Samples.Resources;

internal sealed class DeploymentSample : Sample<Deployment>
{
    private static readonly ResourceId s_id = ResourceId.Of(Mine, "rg", "Microsoft.Resources", "deployments", "d1");
    private static readonly ResourceId s_other = ResourceId.Of(Mine, "rg", "Microsoft.Resources", "deployments", "d0");
    private static readonly ResourceId s_first = ResourceId.Of(Mine, "rg", "Microsoft.Network", "publicIPAddresses", "first");
    private static readonly ResourceId s_second = ResourceId.Of(Mine, "rg", "Microsoft.Network", "publicIPAddresses", "second");
    private static readonly Guid s_operation = Guid.Parse("44444444-4444-4444-4444-444444444444");
    private static readonly DeploymentCaller s_caller = new("me", "me", "tenant");

    private static readonly DeploymentRequest s_request = new()
    {
        At = At,
        Caller = s_caller,
        CorrelationId = "c1",
        Endpoint = "https://localhost",
        TemplateHash = "1",
        Content = "",
        Fingerprint = "f1",
        Parameters = "{}",
    };

    private static readonly DeploymentStep s_waiting = new("1", s_second) { DependsOn = ["0"] };
    private static readonly DeploymentStep s_going = new("0", s_first)
    {
        State = StepState.Running,
        Began = At,
        Status = 201,
    };

    private static readonly DeploymentStep s_nested = new("2", s_other)
    {
        State = StepState.Running,
        Operation = s_operation,
        Began = At,
        Status = 201,
    };

    private static readonly Deployment s_running = new()
    {
        Id = s_id,
        Run = 1,
        Request = s_request,
        State = new DeploymentState.Running(s_operation),
        Steps = [s_going, s_waiting, s_nested],
    };

    private static readonly DeploymentError s_error = new("DeploymentFailed", "It failed.")
    {
        Details = [new DeploymentErrorDetail("InUse", "It is in use.", s_first.Text)],
    };

    public override Workflow<Deployment> Workflow { get; } = new DeploymentWorkflow();

    public override IReadOnlyList<(string Name, Deployment? State)> States { get; } =
    [
        ("absent", null),
        ("Running", s_running),
        ("Running, another instead", s_running with { Request = s_request with { OnError = new(true, s_other) } }),
        ("Succeeded", s_running with { State = new DeploymentState.Succeeded(At), Outputs = "{}" }),
        ("Failed", s_running with { State = new DeploymentState.Failed(At, s_error) }),
        ("Canceled", s_running with { State = new DeploymentState.Canceled(At) }),
    ];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Begin", Begin(s_request with { CorrelationId = "c2" }, [s_waiting])),
        ("Begin the same", Begin(s_request, [s_waiting])),
        ("BeginAgain", new DeploymentSignal.BeginAgain(At, s_other, Guid.Empty, s_caller)),
        ("StepMoved", new DeploymentSignal.StepMoved(At, 1, s_going with { State = StepState.Failed, Ended = At, Error = s_error })),
        ("StepMoved of an earlier run", new DeploymentSignal.StepMoved(At, 0, s_going with { State = StepState.Succeeded })),
        ("Completed", new DeploymentSignal.Completed(At, 1, "{}")),
        ("Completed of an earlier run", new DeploymentSignal.Completed(At, 0, "{}")),
        ("GivenUp", new DeploymentSignal.GivenUp(At, 1, s_error)),
        ("Cancel", new DeploymentSignal.Cancel(At)),
        ("Delete", new DeploymentSignal.Delete(At)),
        ("Delete with its group", new DeploymentSignal.Delete(At, WithGroup: true)),
        ("WokenUp, overdue", new WokenUp(At.AddHours(25), "deployment-overdue")),
        ("WokenUp, of a run before", new WokenUp(At, "deployment-overdue")),
    ];

    public override string Describe(Deployment resource) =>
        $"{resource.StateName} run {resource.Run}: {string.Join(' ', resource.Steps.Select(s => $"{s.Key} {s.State}"))}";

    public override IReadOnlyList<Story> Stories => [new("a template that is deployed", () => Deployed)];

    public override ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(
            new SamplePut(stage.InGroup(Type), "2021-04-01", Body("one"))
            {
                Changed = Body("two"),
                Secret = ["properties.template"],
                IsDeed = true,
            }
        );

    private static string Body(string value) =>
        $$$$"""
            {"tags":{"a":"b"},"properties":{"mode":"Incremental","parameters":{"p":{"value":"{{{{value}}}}"}},
            "template":{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0",
            "parameters":{"p":{"type":"string"}},"resources":[{"type":"Microsoft.Network/publicIPAddresses","apiVersion":"2024-01-01",
            "name":"deployed","location":"[resourceGroup().location]","tags":{"p":"[parameters('p')]"}}]}}}
            """;

    private static DeploymentSignal.Begin Begin(DeploymentRequest request, ImmutableArray<DeploymentStep> steps) =>
        new(s_id, "", NoTags, request, steps, new Ticket(s_operation, s_id, $"PUT {Deployment.ResourceType}", "me"));

    /// <summary>Two addresses, the second of which is tagged with what the first says of itself.</summary>
    private static WorkflowStory Deployed =>
        new()
        {
            Workflows = [new DeploymentWorkflow(), new PublicIpAddressWorkflow()],
            Handlers = (engine, time) =>
                [
                    new DeployHandler(
                        engine.Store,
                        engine,
                        new DeploymentWorkflow(),
                        new DeploymentContents(s_secrets),
                        new Addresses(engine),
                        new Cascades([], []),
                        new ArmTypes([], new Regions(Array.Empty<Region>())),
                        time
                    ),
                ],
            Requests = [BeginAsync],
            End = async store =>
            {
                Assert.Empty(await store.PendingEffectsAsync(null, 10, default));
                Page<StoredResource> all = await store.ListAsync(new ResourceQuery(), default);
                return string.Join('\n', all.Items.Select(r => $"{r.Id.Name} {r.State} {string.Join(' ', r.Tags)}"))
                    + $"\n{(await store.GetOperationAsync(s_operation, default))?.Status}";
            },
        };

    private static readonly SecretProtector s_secrets = new(new byte[SecretProtector.KeyBytes]);

    private static async Task BeginAsync(Engine engine, TimeProvider time)
    {
        var template = (Value.Object)Json(
            """
            {"$schema":"s","contentVersion":"1","resources":[
             {"type":"Microsoft.Network/publicIPAddresses","apiVersion":"1","name":"second","tags":{"of":"[reference('first').guid]"}},
             {"type":"Microsoft.Network/publicIPAddresses","apiVersion":"1","name":"first","tags":{"of":"nobody"}}],
             "outputs":{"o":{"type":"string","value":"[reference('second').guid]"}}}
            """
        );
        var content = new DeploymentContent(template, Value.Object.Empty, null, Value.Object.Empty);
        var contents = new DeploymentContents(s_secrets);
        DeploymentRequest request = s_request with { Content = contents.Seal(s_id, content), Fingerprint = contents.Fingerprint(content) };
        await SendAsync(
            engine,
            s_id,
            Deployment.ResourceType,
            Begin(request, [new DeploymentStep("0", s_second) { DependsOn = ["1"] }, new DeploymentStep("1", s_first)])
        );
    }

    private static Value Json(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return Value.Of(document.RootElement);
    }

    /// <summary>A server that has addresses only, each of which goes on for a moment after its PUT.</summary>
    private sealed class Addresses(Engine engine) : DeploymentAsking
    {
        private int _looks;

        public override string NewestVersionOf(string type) => "1";

        protected override async Task<Asking> AskAsync(
            string method,
            Deployment deployment,
            ResourceId id,
            string apiVersion,
            Value.Object? body,
            string? action,
            CancellationToken cancellation
        )
        {
            if (method == "PUT")
            {
                string of = ((Value.Text)((Value.Object)body!.Find("tags")!).Find("of")!).Characters;
                await Scopes.SendAsync(
                    engine,
                    id,
                    PublicIpAddress.ResourceType,
                    new PutPublicIp(At, id, "westeurope", NoTags.Add("of", of), "Basic", "Dynamic", "IPv4", 4, [], Guid.Empty)
                );
            }
            string state = method == "PUT" || Interlocked.Increment(ref _looks) % 2 == 1 ? "Updating" : "Succeeded";
            return new Asking.Taken(
                200,
                (Value.Object)Json($$$"""{"properties":{"provisioningState":"{{{state}}}","guid":"{{{id.Name}}}"}}"""),
                null
            );
        }
    }
}
