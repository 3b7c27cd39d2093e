using Causeway.Domain.Support;
using Causeway.Primitives;
using Causeway.Workflows;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Samples.Support;

internal sealed class SupportFileSample : Sample<SupportFile>
{
    public static readonly ResourceId FileId = FileWorkspaceSample.WorkspaceId.Child("files", "letter.pdf");
    public static readonly FileShape Shape = new(250, 100, 3);

    private static readonly SupportFile s_file = new()
    {
        Id = FileId,
        Created = At,
        Shape = Shape,
    };

    public override Workflow<SupportFile> Workflow { get; } = new SupportFileWorkflow();

    public override IReadOnlyList<(string Name, SupportFile? State)> States { get; } =
    [
        ("absent", null),
        ("announced", s_file),
        ("Incomplete", s_file with { Stored = [1, 2] }),
        ("Complete", s_file with { Stored = [0, 1, 2] }),
    ];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put", new PutFile(At, FileId, Shape)),
        ("Put of another size", new PutFile(At, FileId, new FileShape(120, 60, 2))),
        ("AddChunk first", new AddChunk(At, 0, 100)),
        ("AddChunk last", new AddChunk(At, 2, 50)),
        ("AddChunk too short", new AddChunk(At, 1, 99)),
        ("AddChunk beyond", new AddChunk(At, 3, 50)),
        ("DropFile", new DropFile(At)),
    ];

    public override string Describe(SupportFile resource) =>
        $"{resource.StateName} {resource.Shape.Bytes} bytes, chunks [{string.Join(' ', resource.Stored)}] of {resource.Shape.Chunks}";

    public override async ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new SamplePut(
            $"{await stage.MakeAsync<FileWorkspaceSample>()}/files/sample.pdf",
            "2024-04-01",
            """{"properties":{"chunkSize":100,"fileSize":250,"numberOfChunks":3}}"""
        )
        {
            Changed = """{"properties":{"chunkSize":200,"fileSize":250,"numberOfChunks":2}}""",
            IsAgain = 201,
        };
}
