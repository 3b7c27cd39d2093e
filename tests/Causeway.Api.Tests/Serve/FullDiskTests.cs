using System.Diagnostics;
using Causeway.Identity.Secrets;
using Causeway.Testing;

namespace Causeway.Api.Tests.Serve;

/// <summary>A real disk (tmpfs) without a free byte.</summary>
public sealed class FullDiskTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_starts_again_on_a_full_disk_says_so_and_goes_on_when_there_is_room()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting a small disk needs root.");
        string folder = Directory.CreateTempSubdirectory("causeway-disk-").FullName;
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder);
        try
        {
            await using (var serving = new Serving(new ServerProcess(Serving.Arguments(), Path.Combine(folder, "data"))))
            {
                await serving.Process.StartAsync();
                serving.Connect();
                await serving.GroupAsync(Stop);
                byte[] access = await File.ReadAllBytesAsync(Path.Combine(serving.Process.Data, "access.json"), Stop);
                Fill(folder);
                await serving.Process.KillAsync();
                await serving.Process.StartAsync();
                Assert.Equal(access, await File.ReadAllBytesAsync(Path.Combine(serving.Process.Data, "access.json"), Stop));
                Assert.NotNull(await serving.Customer.FindAsync(serving.Group, Client.ArmClient.ResourcesVersion, Stop));
                (int _, string told) = await Eventually.Get(
                    serving.ReadyAsync,
                    r => r.Status == 503 && r.Text.Contains("store: failing", StringComparison.Ordinal),
                    "readiness says that nothing can be written"
                );
                Assert.DoesNotContain(folder, told, StringComparison.Ordinal);
                File.Delete(Path.Combine(folder, "filler"));
                await Eventually.Get(serving.ReadyAsync, r => r.Status == 200, "readiness says yes again");
                await serving.Process.KillAsync();
            }
        }
        finally
        {
            await RunAsync("umount", "-l", folder);
            Directory.Delete(folder);
        }
    }

    /// <summary>The key of a first start, and what a start writes anew: half a file under another name would stay for ever.</summary>
    [Fact]
    public async Task A_private_file_that_finds_no_room_leaves_nothing_behind()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting a small disk needs root.");
        string folder = Directory.CreateTempSubdirectory("causeway-disk-").FullName;
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder);
        try
        {
            Fill(folder);
            string key = Path.Combine(folder, "key");
            Assert.Throws<IOException>(() => PrivateFile.WriteNew(key, "secret"));
            Assert.Throws<IOException>(() => PrivateFile.Write(key, "secret"));
            Assert.Equal(["filler"], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName));
        }
        finally
        {
            await RunAsync("umount", "-l", folder);
            Directory.Delete(folder);
        }
    }

    /// <summary>A process that was killed while it wrote could not remove it.</summary>
    [Fact]
    public async Task A_start_removes_what_a_dead_one_has_left_half_written()
    {
        await using var server = new ServerProcess(Serving.Arguments());
        string[] left =
        [
            .. new[] { "key", "access.json", "server.key", "server.pem" }.Select(n => Path.Combine(server.Data, $"{n}.{Guid.NewGuid():N}")),
        ];
        string mine = Path.Combine(server.Data, "key.of-the-operator");
        foreach (string file in left.Append(mine))
            await File.WriteAllTextAsync(file, "", Stop);
        await server.StartAsync();
        Assert.DoesNotContain(left, File.Exists);
        Assert.True(File.Exists(mine));
    }

    private static void Fill(string folder)
    {
        using var filler = new FileStream(Path.Combine(folder, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] block = new byte[64 * 1024];
        for (int size = block.Length; size > 0; size /= 4)
            try
            {
                while (true)
                    filler.Write(block, 0, size);
            }
            catch (IOException)
            {
                // Full for this size.
            }
    }

    private static async Task RunAsync(string command, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        string said = await process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode == 0, said);
    }
}
