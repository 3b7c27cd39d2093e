using Causeway.Domain.Support;
using Causeway.Workflows;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Samples.Support;

internal sealed class FileChunkSample : Sample<FileChunk>
{
    public override Workflow<FileChunk> Workflow { get; } = new FileChunkWorkflow();

    public override IReadOnlyList<(string Name, FileChunk? State)> States { get; } = [("absent", null), ("Stored", Chunk(0, "f0"))];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("StoreChunk", new StoreChunk(At, Chunk(0, "f0"))),
        ("StoreChunk with another content", new StoreChunk(At, Chunk(0, "f1"))),
        ("DropFile", new DropFile(At)),
    ];

    public override string Describe(FileChunk resource) => $"{resource.Id.Name} {resource.Fingerprint}";

    public static FileChunk Chunk(int index, string fingerprint) =>
        new(Domain.Support.FileChunk.IdOf(SupportFileSample.FileId, index), new byte[] { 1, 2, 3 }, fingerprint);
}
