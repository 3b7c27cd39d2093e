using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Contracts.Support;

namespace Causeway.Client.Support;

/// <summary>Tickets, what is said in them, their files, and what the operator decides.</summary>
public sealed class SupportTicketsClient(ArmClient arm)
    : ResourceClient<SupportTicketBody>(arm, Api, SupportContract.Default.SupportTicketBody)
{
    private const string Api = "2024-04-01";

    /// <summary>Of a chunk; a file of the largest size has two.</summary>
    private const int ChunkBytes = 5 << 19;

    public static string PathOf(string subscription, string name) =>
        $"{subscription}/providers/Microsoft.Support/supportTickets/{Uri.EscapeDataString(name)}";

    public Task<IReadOnlyList<Document<SupportTicketBody>>> OfAsync(string subscription, CancellationToken cancellation) =>
        ListAsync($"{subscription}/providers/Microsoft.Support/supportTickets", cancellation);

    /// <summary>The operator's queue: of all subscriptions.</summary>
    /// <param name="closedToo">Also those that are closed.</param>
    public async Task<IReadOnlyList<Document<SupportTicketBody>>> QueueAsync(bool closedToo, CancellationToken cancellation)
    {
        var tickets = new List<Document<SupportTicketBody>>();
        await foreach (
            JsonNode json in Arm.ListAsync(
                $"/providers/Causeway.Operations/tickets{(closedToo ? "?all=true" : "")}",
                "2026-11-01",
                cancellation
            )
        )
            tickets.Add(Document<SupportTicketBody>.Of(json, SupportContract.Default.SupportTicketBody));
        return tickets;
    }

    public async Task<Document<SupportTicketBody>> ChangeAsync(
        string path,
        SupportTicketChangeBody change,
        CancellationToken cancellation
    ) =>
        Document<SupportTicketBody>.Of(
            await Arm.PatchAsync(path, Version, Json(change, SupportContract.Default.SupportTicketChangeBody), cancellation),
            SupportContract.Default.SupportTicketBody
        );

    /// <summary>What was said, the oldest first.</summary>
    public Task<IReadOnlyList<Document<CommunicationBody>>> SaidAsync(string path, CancellationToken cancellation) =>
        ListAsync($"{path}/communications", SupportContract.Default.CommunicationBody, cancellation);

    public async Task<Document<CommunicationBody>> SayAsync(
        string path,
        string name,
        CommunicationBody said,
        CancellationToken cancellation
    ) =>
        Document<CommunicationBody>.Of(
            await Arm.PutAsync(
                $"{path}/communications/{Uri.EscapeDataString(name)}",
                Version,
                Json(said, SupportContract.Default.CommunicationBody),
                wait: true,
                cancellation
            ),
            SupportContract.Default.CommunicationBody
        );

    public Task<Document<SupportTicketBody>> AcceptAsync(string path, AcceptanceBody acceptance, CancellationToken cancellation) =>
        DecideAsync($"{path}/accept", Json(acceptance, SupportContract.Default.AcceptanceBody), cancellation);

    public Task<Document<SupportTicketBody>> RejectAsync(string path, string reason, CancellationToken cancellation) =>
        DecideAsync($"{path}/reject", Json(new RejectionBody(reason), SupportContract.Default.RejectionBody), cancellation);

    /// <summary>The workspace of a ticket: where its files lie.</summary>
    public static string WorkspaceOf(SupportTicketBody ticket)
    {
        string id = ticket.Id!;
        string subscription = id[..id.IndexOf("/providers/", StringComparison.OrdinalIgnoreCase)];
        return $"{subscription}/providers/Microsoft.Support/fileWorkspaces/{Uri.EscapeDataString(ticket.Properties.FileWorkspaceName!)}";
    }

    /// <summary>None where it has no workspace yet.</summary>
    public async Task<IReadOnlyList<Document<FileBody>>> FilesAsync(SupportTicketBody ticket, CancellationToken cancellation)
    {
        string workspace = WorkspaceOf(ticket);
        return await Arm.FindAsync(workspace, Version, cancellation) is null
            ? []
            : await ListAsync($"{workspace}/files", SupportContract.Default.FileBody, cancellation);
    }

    /// <summary>Puts a file into the ticket's workspace, which is made where there is none. Begun before and broken off, it goes on.</summary>
    public async Task<Document<FileBody>> AttachAsync(
        SupportTicketBody ticket,
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellation
    )
    {
        string workspace = WorkspaceOf(ticket);
        string file = $"{workspace}/files/{Uri.EscapeDataString(name)}";
        await Arm.PutAsync(workspace, Version, new JsonObject(), wait: true, cancellation);
        int chunk = Math.Clamp(content.Length, 1, ChunkBytes);
        int count = Math.Max(1, (content.Length + chunk - 1) / chunk);
        var shape = new FileBody
        {
            Properties = new()
            {
                ChunkSize = chunk,
                FileSize = content.Length,
                NumberOfChunks = count,
            },
        };
        await Arm.PutAsync(file, Version, Json(shape, SupportContract.Default.FileBody), wait: true, cancellation);
        for (int i = 0; i < count; i++)
        {
            ReadOnlyMemory<byte> part = content[(i * chunk)..Math.Min(content.Length, (i + 1) * chunk)];
            await Arm.PostAsync(
                $"{file}/upload",
                Version,
                Json(new ChunkBody(Convert.ToBase64String(part.Span), i), SupportContract.Default.ChunkBody),
                cancellation
            );
        }
        return await ReadAsync(file, SupportContract.Default.FileBody, cancellation);
    }

    /// <summary>The content of a file of a ticket.</summary>
    public async Task<byte[]> DownloadAsync(SupportTicketBody ticket, string name, CancellationToken cancellation)
    {
        string file = $"{WorkspaceOf(ticket)}/files/{Uri.EscapeDataString(name)}";
        FileProperties shape = (await ReadAsync(file, SupportContract.Default.FileBody, cancellation)).Body.Properties;
        using var content = new MemoryStream(shape.FileSize);
        for (int i = 0; i < shape.NumberOfChunks; i++)
        {
            JsonNode chunk =
                await Arm.PostAsync(
                    $"{file}/download",
                    Version,
                    Json(new ChunkQuestionBody(i), SupportContract.Default.ChunkQuestionBody),
                    cancellation
                ) ?? throw new InvalidOperationException($"Chunk {i} of {name} has no content.");
            content.Write(Convert.FromBase64String(chunk["content"]!.ToString()));
        }
        return content.ToArray();
    }

    private async Task<Document<SupportTicketBody>> DecideAsync(string path, JsonNode body, CancellationToken cancellation) =>
        Document<SupportTicketBody>.Of(
            await Arm.PostAsync(path, Version, body, cancellation) ?? throw new InvalidOperationException($"{path} answered nothing."),
            SupportContract.Default.SupportTicketBody
        );

    private static JsonNode Json<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> form) =>
        JsonSerializer.SerializeToNode(value, form)!;
}

public static class SupportAccess
{
    extension(CausewayClient client)
    {
        /// <summary>Questions to the operator.</summary>
        public SupportTicketsClient Tickets => new(client.Arm);
    }
}
