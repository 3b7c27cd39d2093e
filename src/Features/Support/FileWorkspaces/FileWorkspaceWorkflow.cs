using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Support;

/// <summary>A workspace: <c>Waiting</c> for a ticket, and gone at the end of its time, or <c>InUse</c> by one for good.</summary>
public sealed class FileWorkspaceWorkflow : Workflow<FileWorkspace>
{
    private const string Expiry = "expiry";
    private const string Waiting = "workspace/waiting";

    public override string Type => FileWorkspace.ResourceType;

    protected override JsonTypeInfo<FileWorkspace> Json => SupportJson.Default.FileWorkspace;

    public override Decision<FileWorkspace> Decide(FileWorkspace? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PutWorkspace put) => Move(
                new FileWorkspace
                {
                    Id = put.Id,
                    Created = put.At,
                    Ticket = put.Ticket,
                },
                "created"
            ),
            ({ Ticket: null } workspace, PutWorkspace { Ticket: { } ticket }) => Move(
                workspace with
                {
                    Ticket = ticket,
                },
                $"used by ticket {ticket.Name}"
            ),
            ({ }, PutWorkspace) => Stay("nothing changes"),

            ({ Ticket: null } workspace, UseWorkspace use) => Move(
                workspace with
                {
                    Ticket = use.Ticket,
                },
                $"used by ticket {use.Ticket.Name}"
            ),
            ({ Ticket: var user }, UseWorkspace use) when user == use.Ticket => Stay("used by it already"),
            ({ Ticket: var user }, UseWorkspace use) => Refuse(
                Refusal.Invalid(
                    "FileWorkspaceInUse",
                    $"File workspace '{current.Id.Name}' is ticket '{user!.Name}''s: make another for '{use.Ticket.Name}'.",
                    "properties.fileWorkspaceName"
                )
            ),
            (null, UseWorkspace { IsNamed: true }) => Refuse(References.Gone("The file workspace")),
            (null, UseWorkspace) => Stay("there is none yet"),

            ({ } workspace, AddFile add) when workspace.Files.Contains(add.File, StringComparer.OrdinalIgnoreCase) => Stay(
                "it has the file"
            ),
            ({ Files.Length: >= FileWorkspace.MostFiles }, AddFile) => Refuse(
                Refusal.Conflict(
                    "TooManyFiles",
                    $"File workspace '{current.Id.Name}' holds {FileWorkspace.MostFiles} files, the limit: put the rest into another ticket."
                )
            ),
            ({ } workspace, AddFile add) => Move(workspace with { Files = workspace.Files.Add(add.File) }, $"holds {add.File}"),

            ({ Ticket: null }, WokenUp) => new Decision<FileWorkspace>.End("no ticket used it in time"),
            (_, WokenUp) => Stay("a ticket uses it"),

            (null, _) => Refuse(Refusal.NotFound("ResourceNotFound", "There is no such file workspace.")),
            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    public override IEnumerable<WakeUp> WakeUpsOf(FileWorkspace resource) =>
        resource.Ticket is null ? [new WakeUp(Expiry, resource.Expires)] : [];

    public override IEnumerable<string> LabelsOf(FileWorkspace resource) => resource.Ticket is null ? [Waiting] : [];

    /// <summary>What no ticket uses is bounded; what tickets use is bounded by the tickets.</summary>
    public override IEnumerable<Quota> QuotasOf(FileWorkspace resource) =>
        resource.Ticket is not null
            ? []
            :
            [
                new Quota(
                    new ResourceQuery
                    {
                        Type = Type,
                        Scope = ResourceId.OfSubscription(resource.Id.Subscription!),
                        Label = Waiting,
                    },
                    FileWorkspace.MostWaiting
                ),
            ];

    public override Refusal OverQuota(FileWorkspace resource, Quota quota) =>
        Refusal.Conflict(
            "TooManyFileWorkspaces",
            $"The subscription has {quota.Most} file workspaces that no ticket uses, the limit: create the tickets first, or wait until the workspaces have gone."
        );

    /// <summary>Its files go with it.</summary>
    protected override IEnumerable<Addressed> ConsequencesOf(FileWorkspace? before, FileWorkspace? after, DateTimeOffset at) =>
        before is null || after is not null
            ? []
            : before.Files.Select(f => new Addressed(before.Id.Child("files", f), SupportFile.ResourceType, new DropFile(at)));

    private static Decision<FileWorkspace>.Move Move(FileWorkspace next, string why) => new(next, why);

    private static Decision<FileWorkspace>.Stay Stay(string why) => new(why);

    private static Decision<FileWorkspace>.Refuse Refuse(Refusal refusal) => new(refusal);
}

/// <summary>A file: <c>Incomplete</c> until each of its chunks has come, then <c>Complete</c>.</summary>
public sealed class SupportFileWorkflow : Workflow<SupportFile>
{
    public override string Type => SupportFile.ResourceType;

    protected override JsonTypeInfo<SupportFile> Json => SupportJson.Default.SupportFile;

    public override Decision<SupportFile> Decide(SupportFile? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PutFile put) => new Decision<SupportFile>.Move(
                new SupportFile
                {
                    Id = put.Id,
                    Created = put.At,
                    Shape = put.Shape,
                },
                $"announced, {put.Shape.Bytes} bytes"
            ),
            ({ } file, PutFile put) when file.Shape == put.Shape => Stay("nothing changes"),
            ({ Stored.IsEmpty: true } file, PutFile put) => new Decision<SupportFile>.Move(
                file with
                {
                    Shape = put.Shape,
                },
                "announced anew"
            ),
            ({ } file, PutFile) => Refuse(
                Refusal.Conflict(
                    "FileAlreadyExists",
                    $"There is a file '{file.Id.Name}' of {file.Shape.Bytes} bytes already: upload another under another name."
                )
            ),

            ({ } file, AddChunk add) when add.Index < 0 || add.Index >= file.Shape.Chunks => Refuse(
                Refusal.Invalid(
                    "InvalidChunkIndex",
                    $"'chunkIndex' is {add.Index}: the file has {file.Shape.Chunks} chunks, counted from 0.",
                    "chunkIndex"
                )
            ),
            ({ } file, AddChunk add) when add.Bytes != file.Shape.BytesOf(add.Index) => Refuse(
                Refusal.Invalid(
                    "InvalidChunkSize",
                    $"'content' has {add.Bytes} bytes: chunk {add.Index} of a file of {file.Shape.Bytes} bytes in {file.Shape.Chunks} chunks has {file.Shape.BytesOf(add.Index)}.",
                    "content"
                )
            ),
            ({ } file, AddChunk add) when file.Stored.Contains(add.Index) => Stay("it has the chunk"),
            ({ } file, AddChunk add) => new Decision<SupportFile>.Move(
                file with
                {
                    Stored = [.. file.Stored.Add(add.Index).Order()],
                },
                file.Stored.Length + 1 == file.Shape.Chunks ? "complete" : $"chunk {add.Index} of {file.Shape.Chunks}"
            ),

            ({ }, DropFile) => new Decision<SupportFile>.End("its workspace went"),
            (null, DropFile) => Stay("there is no such file"),
            (null, _) => Refuse(Refusal.NotFound("ResourceNotFound", "There is no such file.")),
            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    /// <summary>Its chunks go with it.</summary>
    protected override IEnumerable<Addressed> ConsequencesOf(SupportFile? before, SupportFile? after, DateTimeOffset at) =>
        before is null || after is not null
            ? []
            : before.Stored.Select(i => new Addressed(FileChunk.IdOf(before.Id, i), FileChunk.ResourceType, new DropFile(at)));

    private static Decision<SupportFile>.Stay Stay(string why) => new(why);

    private static Decision<SupportFile>.Refuse Refuse(Refusal refusal) => new(refusal);
}

/// <summary>A chunk is stored once, and goes with its file.</summary>
public sealed class FileChunkWorkflow : Workflow<FileChunk>
{
    public override string Type => FileChunk.ResourceType;

    protected override JsonTypeInfo<FileChunk> Json => SupportJson.Default.FileChunk;

    /// <summary>Each is megabytes long.</summary>
    public override int RowsAtOnce => 8;

    public override Decision<FileChunk> Decide(FileChunk? current, Signal signal) =>
        (current, signal) switch
        {
            (null, StoreChunk store) => new Decision<FileChunk>.Move(store.Chunk, "stored"),
            ({ } there, StoreChunk store) when there.Fingerprint == store.Chunk.Fingerprint => new Decision<FileChunk>.Stay("it is stored"),
            ({ }, StoreChunk) => new Decision<FileChunk>.Refuse(
                Refusal.Conflict(
                    "ChunkAlreadyUploaded",
                    "This chunk was uploaded with another content: upload another file under another name."
                )
            ),
            ({ }, DropFile) => new Decision<FileChunk>.End("its file went"),
            (null, DropFile) => new Decision<FileChunk>.Stay("there is no such chunk"),
            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };
}
