using Causeway.Domain;
using Causeway.Primitives;
using Causeway.Samples;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using static Causeway.Samples.Scopes;

namespace Causeway.Toys;

internal sealed class ToySample : Sample<Toy>
{
    private static readonly ResourceId s_id = ResourceId.Of(Mine, "rg", "Causeway.Toys", "toys", "ball");

    private static readonly Toy s_red = new()
    {
        Id = s_id,
        Location = "westeurope",
        Colour = "Red",
    };

    public override Workflow<Toy> Workflow { get; } = new ToyWorkflow();

    public override IReadOnlyList<(string Name, Toy? State)> States { get; } = [("absent", null), ("red", s_red)];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put the same", Put("Red")),
        ("Put another colour", Put("Blue")),
        ("Put elsewhere", Put("Red") with { Location = "northeurope" }),
        ("Tag", new ReplaceTags(At, Tagged)),
        ("Delete", new DeleteResource(At)),
    ];

    public override string Describe(Toy resource) =>
        $"{resource.StateName} {resource.Colour} {string.Join(' ', resource.Tags?.Keys ?? [])}".TrimEnd();

    public override IReadOnlyList<Story> Stories => [new("a toy's life", () => Life)];

    public override ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(new SamplePut(stage.InGroup(Type), "2026-11-01", Body("Red")) { Changed = Body("Blue") });

    private static string Body(string colour) =>
        $$$$"""{"location":"westeurope","tags":{"a":"b"},"properties":{"colour":"{{{{colour}}}}"}}""";

    private static PutToy Put(string colour) => new(At, s_id, "westeurope", null, colour);

    private WorkflowStory Life =>
        new()
        {
            Workflows = [Workflow],
            Handlers = (_, _) => [],
            Requests =
            [
                (engine, _) => SendAsync(engine, s_id, Type, Put("Red")),
                (engine, _) => SendAsync(engine, s_id, Type, Put("Blue")),
                (engine, _) => SendAsync(engine, s_id, Type, new ReplaceTags(At, Tagged)),
                (engine, _) => SendAsync(engine, s_id, Type, new DeleteResource(At)),
            ],
            End = async store => $"{(await store.GetAsync(s_id, default))?.State ?? "gone"}",
        };
}
