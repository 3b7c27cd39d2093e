using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Clients.Tests.AzureCli;

/// <summary>What az did with one command.</summary>
/// <param name="Exit">Its exit status.</param>
/// <param name="Took">From the command to its answer.</param>
/// <param name="OnServer">How much of that it waited for answers of the server.</param>
public sealed record AzAnswer(int Exit, string Output, string Error, TimeSpan Took, TimeSpan OnServer);

/// <summary>
/// Azure CLI as installed, logged in as one principal, kept running: its own code takes one command after the other, so that hundreds of them need not load it hundreds of
/// times. That the program itself works is what <see cref="Az"/> is for.
/// </summary>
public sealed class AzSession : IAsyncDisposable
{
    /// <summary>Nothing here takes longer; a command that does hangs.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(90);

    private readonly string _home = Directory.CreateTempSubdirectory("causeway-az-").FullName;
    private readonly Process _process;

    private AzSession(AccessFile access, string scripts)
    {
        File.Copy(Path.Combine(scripts, "sitecustomize.py"), Path.Combine(_home, "sitecustomize.py"));
        var info = new ProcessStartInfo("/usr/bin/python3", Path.Combine(scripts, "az_session.py"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["AZURE_CONFIG_DIR"] = _home;
        info.Environment["PYTHONPATH"] = _home;
        info.Environment["REQUESTS_CA_BUNDLE"] = access.CaFile;
        info.Environment["AZURE_CORE_COLLECT_TELEMETRY"] = "no";
        info.Environment["AZURE_CORE_NO_COLOR"] = "yes";
        info.Environment["AZURE_CORE_ONLY_SHOW_ERRORS"] = "yes";
        _process = Process.Start(info) ?? throw new InvalidOperationException("az is not installed: apt-get install azure-cli");
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
    }

    /// <param name="scripts">Folder of the scripts beside this file.</param>
    public static async Task<AzSession> LoginAsync(AccessFile access, string principal, string scripts)
    {
        var az = new AzSession(access, scripts);
        PrincipalSecret secret = access.Principals[principal];
        foreach (
            string[] command in (string[][])
                [
                    ["cloud", "register", "-n", "causeway", "--endpoint-resource-manager", access.Endpoint],
                    ["cloud", "set", "-n", "causeway"],
                    ["login", "--service-principal", "-u", secret.ClientId, "-p", secret.ClientSecret, "--tenant", "adfs"],
                ]
        )
        {
            AzAnswer answer = await az.RunAsync(command);
            if (answer.Exit != 0)
                throw new InvalidOperationException($"az {command[0]}: {answer.Error}");
        }
        return az;
    }

    public async Task<AzAnswer> RunAsync(IReadOnlyList<string> words)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(words));
        await _process.StandardInput.FlushAsync();
        string line =
            await _process.StandardOutput.ReadLineAsync().WaitAsync(s_longest)
            ?? throw new InvalidOperationException($"az ended at: {string.Join(' ', words)}");
        JsonNode answer = JsonNode.Parse(line)!;
        return new AzAnswer(
            answer["exit"]!.GetValue<int>(),
            answer["out"]!.ToString(),
            answer["error"]!.ToString(),
            TimeSpan.FromSeconds(answer["seconds"]!.GetValue<double>()),
            TimeSpan.FromSeconds(answer["server"]!.GetValue<double>())
        );
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_home, recursive: true);
    }
}
