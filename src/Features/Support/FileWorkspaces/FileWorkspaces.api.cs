using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Support;
using Causeway.Domain.Support;
using Causeway.Identity.Secrets;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Support;

/// <summary><c>Microsoft.Support/fileWorkspaces</c>.</summary>
internal sealed class FileWorkspaceEndpoints(Engine engine, FileWorkspaceWorkflow workspaces, SupportTicketWorkflow tickets) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(SupportTypes.Workspace, ArmLevel.Subscription)
            .Put(
                PutAsync,
                new ArmContract("Create", "Creates a file workspace: before its ticket, or under the ticket's name after it.")
                {
                    Body = () => SupportContract.Default.FileWorkspaceBody,
                    IsBodyOptional = true,
                    Answer = () => SupportContract.Default.FileWorkspaceBody,
                    Statuses = [201],
                }
            )
            .Get(GetAsync, () => SupportContract.Default.FileWorkspaceBody);

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        if (SupportTypes.WrongName(request) is { } wrong)
            return wrong;
        SendOutcome outcome = await engine.SendAsync(
            [
                new Addressed(
                    request.Id,
                    FileWorkspace.ResourceType,
                    async (_, cancellation) =>
                        new PutWorkspace(
                            request.Now,
                            request.Id,
                            await engine.ReadAsync(tickets, SupportTicket.IdOf(request.Subscription, request.Id.Name), cancellation)
                                is { Resource: var ticket }
                            && ticket.Workspace == request.Id
                                ? ticket.Id
                                : null
                        )
                ),
            ],
            request.Context(),
            CancellationToken.None
        );
        return outcome is SendOutcome.Delivered { Resources: [{ After: Versioned<FileWorkspace> after }, ..] }
            ? new ArmResult.Created(ArmBody.Of(Body(after.Resource), SupportContract.Default.FileWorkspaceBody))
            : await request.RefusedAsync(outcome);
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await engine.ReadAsync(workspaces, request.Id, request.Aborted) is { Resource: var workspace }
            ? ArmResult.Of(Body(workspace), SupportContract.Default.FileWorkspaceBody)
            : ArmErrors.ResourceNotFound(request.Id);

    private static FileWorkspaceBody Body(FileWorkspace workspace) =>
        new()
        {
            Id = workspace.Id.Text,
            Name = workspace.Id.Name,
            Type = FileWorkspace.ResourceType,
            Properties = new(workspace.Created, workspace.Ticket is null ? workspace.Expires : null),
        };
}

/// <summary>
/// <c>Microsoft.Support/fileWorkspaces/files</c>: announced by PUT, filled chunk by chunk. A chunk is encrypted with the installation's key, bound to its id, and
/// stored in the commit that counts it, so that both nodes and every backup have it or nobody has.
/// </summary>
internal sealed class FileEndpoints(
    Engine engine,
    FileWorkspaceWorkflow workspaces,
    SupportFileWorkflow files,
    FileChunkWorkflow chunks,
    ISecretProtector secrets
) : IEndpoints
{
    /// <summary>A chunk in base64, of which some JSON writers escape a character in 64, and the JSON around it: 4 MiB.</summary>
    private const int MostUploadBytes = 4 << 20;

    public void Map(IEndpointRouteBuilder routes)
    {
        SupportContract json = SupportContract.Default;
        routes
            .Arm(SupportTypes.File, ArmLevel.Subscription)
            .Put(
                PutAsync,
                new ArmContract("Create", "Announces a file: its size, and in how many chunks it comes.")
                {
                    Body = () => json.FileBody,
                    Answer = () => json.FileBody,
                    Statuses = [201],
                }
            )
            .Get(GetAsync, () => json.FileBody)
            .ListInParent(ListAsync, () => json.FileBody)
            .Post(
                "download",
                DownloadAsync,
                new ArmContract("Download", "Reads a chunk of a file.")
                {
                    Body = () => json.ChunkQuestionBody,
                    Answer = () => json.ChunkBody,
                    IsOurs = true,
                }
            );
        routes.MapArm(
            $"/subscriptions/{{subscription}}/providers/{FileWorkspace.ResourceType}/{{name0}}/files/{{name1}}/upload",
            new ArmEndpoint(SupportTypes.File, "POST", $"{SupportFile.ResourceType}/upload/action", ArmTarget.Resource)
            {
                NeedsGroup = false,
                Changes = true,
                MostBodyBytes = MostUploadBytes,
                Contract = new ArmContract("Upload", "Stores a chunk of a file.") { Body = () => json.ChunkBody, Statuses = [204] },
            },
            UploadAsync
        );
    }

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        if (SupportTypes.WrongName(request) is { } wrong)
            return wrong;
        string name = request.Id.Name;
        if (!SupportFile.Extensions.Contains(System.IO.Path.GetExtension(name), StringComparer.OrdinalIgnoreCase))
            return Refusal.Invalid(
                "FileTypeNotAllowed",
                $"'{name}' is not of a kind that is taken: use one of {string.Join(", ", SupportFile.Extensions)}.",
                "name"
            );
        BodyReader body = await request.BodyAsync();
        FileShape shape = Shape(body.Object("properties", required: true));
        if (body.Refusal is { } no)
            return no;
        SendOutcome outcome = await engine.SendAsync(
            [
                new Addressed(
                    request.Id,
                    SupportFile.ResourceType,
                    (present, _) =>
                        new(
                            new Asked(new PutFile(request.Now, ((Versioned<SupportFile>?)present)?.Resource.Id ?? request.Id, shape), null)
                            {
                                Also = [new Addressed(request.Id.Parent!, FileWorkspace.ResourceType, new AddFile(request.Now, name))],
                            }
                        )
                ),
            ],
            request.Context(),
            CancellationToken.None
        );
        return outcome is SendOutcome.Delivered { Resources: [{ After: Versioned<SupportFile> after }, ..] }
            ? new ArmResult.Created(ArmBody.Of(Body(after.Resource), SupportContract.Default.FileBody))
            : await request.RefusedAsync(outcome);
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await engine.ReadAsync(files, request.Id, request.Aborted) is { Resource: var file }
            ? ArmResult.Of(Body(file), SupportContract.Default.FileBody)
            : ArmErrors.ChildNotFound(request.Id);

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        if (await engine.ReadAsync(workspaces, request.Id, request.Aborted) is not { Resource: var workspace })
            return ArmErrors.ResourceNotFound(request.Id);
        var found = new List<SupportFile>();
        foreach (string name in workspace.Files)
            if (await engine.ReadAsync(files, workspace.Id.Child("files", name), request.Aborted) is { Resource: var file })
                found.Add(file);
        return await request.ListAsync(found, after: null, f => f.Id, Body, SupportContract.Default.FileBody);
    }

    private async ValueTask<ArmResult> UploadAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        int? index = body.Integer("chunkIndex", 0, SupportFile.MostChunks - 1, required: true);
        string? text = body.String("content", MostUploadBytes, required: true);
        byte[] content = [];
        if (text is not null)
            try
            {
                content = Convert.FromBase64String(text);
            }
            catch (FormatException)
            {
                body.Problem("InvalidRequestFormat", "content", "'content' is not base64: write the bytes of the chunk in base64.");
            }
        if (body.Refusal is { } no)
            return no;
        ResourceId id = FileChunk.IdOf(request.Id, index!.Value);
        string purpose = Purpose(id);
        var chunk = new FileChunk(id, secrets.Protect(content, purpose), secrets.Fingerprint(content, purpose));
        SendOutcome outcome = await engine.SendAsync(
            [
                new Addressed(request.Id, SupportFile.ResourceType, new AddChunk(request.Now, index.Value, content.Length)),
                new Addressed(id, FileChunk.ResourceType, new StoreChunk(request.Now, chunk)),
            ],
            request.Context(),
            CancellationToken.None
        );
        return outcome switch
        {
            SendOutcome.Delivered => new ArmResult.NoContent(),
            SendOutcome.Refused { Refusal.Kind: RefusalKind.NotFound } => ArmErrors.ChildNotFound(request.Id),
            _ => await request.RefusedAsync(outcome),
        };
    }

    private async ValueTask<ArmResult> DownloadAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        int? index = body.Integer("chunkIndex", 0, SupportFile.MostChunks - 1, required: true);
        if (body.Refusal is { } no)
            return no;
        ResourceId id = FileChunk.IdOf(request.Id, index!.Value);
        return await engine.ReadAsync(chunks, id, request.Aborted) is { Resource: var chunk }
            ? ArmResult.Of(
                new ChunkBody(Convert.ToBase64String(secrets.Unprotect(chunk.Content.Span, Purpose(id))), index.Value),
                SupportContract.Default.ChunkBody
            )
            : ArmErrors.ChildNotFound(request.Id);
    }

    /// <summary>Bound to the chunk: in the place of another it cannot be read.</summary>
    private static string Purpose(ResourceId chunk) => $"support/chunk{chunk.Key}";

    private static FileShape Shape(BodyReader p)
    {
        int? size = p.Integer("fileSize", 1, SupportFile.MostBytes, required: true);
        int? chunk = p.Integer("chunkSize", 1, SupportFile.MostChunkBytes, required: true);
        int? count = p.Integer("numberOfChunks", 1, SupportFile.MostChunks, required: true);
        if (size is null || chunk is null || count is null)
            return default;
        int needed = (size.Value + chunk.Value - 1) / chunk.Value;
        if (count != needed)
            p.Problem(
                "InvalidNumberOfChunks",
                "numberOfChunks",
                $"'numberOfChunks' is {count}: {size} bytes in chunks of {chunk} are {needed}."
            );
        return new FileShape(size.Value, chunk.Value, count.Value);
    }

    private static FileBody Body(SupportFile file) =>
        new()
        {
            Id = file.Id.Text,
            Name = file.Id.Name,
            Type = SupportFile.ResourceType,
            Properties = new()
            {
                CreatedOn = file.Created,
                ChunkSize = file.Shape.ChunkBytes,
                FileSize = file.Shape.Bytes,
                NumberOfChunks = file.Shape.Chunks,
                StoredChunks = file.Stored.Length,
            },
        };
}
