using System.Diagnostics;

namespace Causeway.Api.Tests.Road;

/// <summary>
/// IPv6 addresses of this machine while a test lasts: it has one for itself, where links of routers need two. Only root can
/// have them; for others the test is skipped, and says so.
/// </summary>
internal sealed class LoopbackAddresses : IDisposable
{
    private readonly string[] _addresses;

    public LoopbackAddresses(params string[] addresses)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give the machine IPv6 addresses to route between.");
        _addresses = addresses;
        foreach (string address in addresses)
            Ip("add", address);
    }

    private static void Ip(string verb, string address)
    {
        using Process ip = Process.Start("ip", ["-6", "address", verb, $"{address}/128", "dev", "lo"]);
        ip.WaitForExit();
        Assert.Equal(0, ip.ExitCode);
    }

    public void Dispose()
    {
        foreach (string address in _addresses)
            Ip("delete", address);
    }
}
