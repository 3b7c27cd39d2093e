using Causeway.Domain.Circuits;
using Causeway.Domain.Support;
using Causeway.Primitives;
using Causeway.Samples.Circuits;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using static Causeway.Samples.Circuits.CircuitStates;
using SupportTicket = Causeway.Domain.Support.SupportTicket;

namespace Causeway.Samples.Support;

/// <summary>Tickets with what moves beside them: however the stories go, no part of a decision or of a file is there without the others.</summary>
internal static class SupportStories
{
    private static readonly SupportTicketWorkflow s_tickets = new();
    private static readonly FileWorkspaceWorkflow s_workspaces = new();
    private static readonly SupportFileWorkflow s_files = new();
    private static readonly FileChunkWorkflow s_chunks = new();

    private static IWorkflow[] Workflows => [s_tickets, s_workspaces, s_files, s_chunks];

    /// <summary>A letter comes in three chunks, a ticket uses it, the operator asks back and decides.</summary>
    public static WorkflowStory Decided =>
        new()
        {
            Workflows = Workflows,
            Handlers = (_, _) => [],
            Requests =
            [
                (engine, _) =>
                    SendAsync(engine, FileWorkspaceSample.WorkspaceId, new PutWorkspace(At, FileWorkspaceSample.WorkspaceId, null)),
                (engine, _) => FileAsync(engine),
                (engine, _) => ChunkAsync(engine, 0, 100),
                (engine, _) => ChunkAsync(engine, 2, 50),
                (engine, _) => ChunkAsync(engine, 1, 100),
                (engine, _) =>
                    SendAsync(
                        engine,
                        new Addressed(
                            SupportTicketSample.TicketId,
                            SupportTicket.ResourceType,
                            SupportTicketSample.Put(SupportTicketSample.Request)
                        ),
                        new Addressed(
                            FileWorkspaceSample.WorkspaceId,
                            FileWorkspace.ResourceType,
                            new UseWorkspace(At, SupportTicketSample.TicketId, IsNamed: false)
                        )
                    ),
                (engine, _) =>
                    SendAsync(
                        engine,
                        SupportTicketSample.TicketId,
                        new SayOnTicket(At, new TicketMessage("q1", At, false, null, "Whose is it?", "The letter names another."))
                    ),
                (engine, _) =>
                    SendAsync(
                        engine,
                        SupportTicketSample.TicketId,
                        new ChangeTicket(At, "minimal", SupportTicketSample.Request.Contact, "No", [], Close: true)
                    ),
            ],
            End = async store =>
            {
                SupportTicket ticket = s_tickets.Read((await store.GetAsync(SupportTicketSample.TicketId, default))!).Resource;
                FileWorkspace workspace = s_workspaces.Read((await store.GetAsync(FileWorkspaceSample.WorkspaceId, default))!).Resource;
                SupportFile file = s_files.Read((await store.GetAsync(SupportFileSample.FileId, default))!).Resource;
                Assert.True(file.IsComplete);
                Assert.Equal(ticket.Id, workspace.Ticket);
                foreach (int index in file.Stored)
                    Assert.NotNull(await store.GetAsync(FileChunk.IdOf(file.Id, index), default));
                return $"{ticket.StateName} {ticket.Messages.Length} {workspace.StateName} {file.StateName}";
            },
        };

    /// <summary>What no ticket used by the end of its time goes, down to the last chunk.</summary>
    public static WorkflowStory Unwanted =>
        new()
        {
            Workflows = Workflows,
            Handlers = (_, _) => [],
            Requests =
            [
                (engine, _) =>
                    SendAsync(engine, FileWorkspaceSample.WorkspaceId, new PutWorkspace(At, FileWorkspaceSample.WorkspaceId, null)),
                (engine, _) => FileAsync(engine),
                (engine, _) => ChunkAsync(engine, 0, 100),
                (engine, _) => SendAsync(engine, FileWorkspaceSample.WorkspaceId, new WokenUp(At.AddDays(1), "expiry")),
            ],
            End = async store =>
            {
                bool[] there =
                [
                    await store.GetAsync(FileWorkspaceSample.WorkspaceId, default) is not null,
                    await store.GetAsync(SupportFileSample.FileId, default) is not null,
                    await store.GetAsync(FileChunk.IdOf(SupportFileSample.FileId, 0), default) is not null,
                ];
                Assert.Equal([false, false, false], there);
                return "gone";
            },
        };

    private static Task FileAsync(Engine engine) =>
        SendAsync(
            engine,
            new Addressed(
                SupportFileSample.FileId,
                SupportFile.ResourceType,
                new PutFile(At, SupportFileSample.FileId, SupportFileSample.Shape)
            ),
            new Addressed(FileWorkspaceSample.WorkspaceId, FileWorkspace.ResourceType, new AddFile(At, "letter.pdf"))
        );

    private static Task ChunkAsync(Engine engine, int index, int bytes) =>
        SendAsync(
            engine,
            new Addressed(SupportFileSample.FileId, SupportFile.ResourceType, new AddChunk(At, index, bytes)),
            new Addressed(
                FileChunk.IdOf(SupportFileSample.FileId, index),
                FileChunk.ResourceType,
                new StoreChunk(At, FileChunkSample.Chunk(index, $"f{index}"))
            )
        );

    private static Task SendAsync(Engine engine, ResourceId id, Signal signal) =>
        SendAsync(engine, new Addressed(id, engine.WorkflowOf(id.Type).Type, signal));

    private static async Task SendAsync(Engine engine, params Addressed[] signals)
    {
        SendOutcome outcome = await engine.SendAsync([.. signals], Scopes.Me, CancellationToken.None);
        Assert.True(outcome is SendOutcome.Delivered, $"{outcome}");
    }
}
