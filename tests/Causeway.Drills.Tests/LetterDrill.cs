using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Drills.Tests;

/// <summary>
/// A letter of authorization comes in chunks, and between two of them the server is killed, and the disk fills up. What was answered is there, what was not answered
/// is sent again, and the operator reads what the customer sent.
/// </summary>
public sealed class LetterDrill
{
    private const string Version = "2024-04-01";
    private const int Chunk = 1 << 20;
    private const int Chunks = 4;

    [Fact]
    public async Task A_letter_survives_a_kill_and_a_full_disk_between_its_chunks()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using SmallDisk disk = SmallDisk.Mount(64);
        await using var server = new ServerProcess(Drill.Unlimited, Path.Combine(disk.Folder, "data"));
        await server.StartAsync();
        AccessFile access = AccessFile.Load(Path.Combine(server.Data, "access.json"));
        using var customer = new ArmClient(access, "customer", TimeProvider.System);
        byte[] letter = RandomNumberGenerator.GetBytes((Chunks - 1) * Chunk + 1000);
        string workspace = $"/subscriptions/{customer.Subscription()}/providers/Microsoft.Support/fileWorkspaces/letters";
        string file = $"{workspace}/files/letter.pdf";
        await customer.PutAsync(workspace, Version, new JsonObject(), wait: true, stop);
        await customer.PutAsync(
            file,
            Version,
            new JsonObject
            {
                ["properties"] = new JsonObject
                {
                    ["fileSize"] = letter.Length,
                    ["chunkSize"] = Chunk,
                    ["numberOfChunks"] = Chunks,
                },
            },
            wait: true,
            stop
        );

        await UploadAsync(0);
        await server.KillAsync();
        await server.StartAsync();
        Assert.Equal(1, await StoredAsync());

        disk.Fill();
        // The first ones may still fit into what the write-ahead log has on the disk.
        int refused = 1;
        ArmException? told = null;
        for (; refused < Chunks && told is null; refused++)
            try
            {
                await UploadAsync(refused);
            }
            catch (ArmException e)
            {
                told = e;
                break;
            }
        Assert.True(told is not null, $"{refused} chunks were taken although the disk is full.\n{server.Output}");
        Assert.Equal(503, told.Status);
        Assert.Equal(refused, await StoredAsync());
        // Dying with a full disk, too, loses nothing that was answered.
        await server.KillAsync();
        disk.Free();
        await server.StartAsync();
        Assert.Equal(refused, await StoredAsync());

        for (int i = 0; i < Chunks; i++)
            await UploadAsync(i); // those that are there already are there once
        Assert.Equal(Chunks, await StoredAsync());
        using var read = new MemoryStream();
        for (int i = 0; i < Chunks; i++)
        {
            JsonNode? part = await customer.PostAsync($"{file}/download", Version, new JsonObject { ["chunkIndex"] = i }, stop);
            read.Write(Convert.FromBase64String(part!["content"]!.ToString()));
        }
        Assert.Equal(letter, read.ToArray());

        Task<JsonNode?> UploadAsync(int index) =>
            customer.PostAsync(
                $"{file}/upload",
                Version,
                new JsonObject
                {
                    ["content"] = Convert.ToBase64String(letter.AsSpan(index * Chunk, Math.Min(Chunk, letter.Length - index * Chunk))),
                    ["chunkIndex"] = index,
                },
                stop
            );

        async Task<int> StoredAsync() => (await customer.GetAsync(file, Version, stop))["properties"]!["storedChunks"]!.GetValue<int>();
    }
}
