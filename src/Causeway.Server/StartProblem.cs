using System.Data.Common;
using System.Net.Sockets;
using Causeway.Hosting;
using Causeway.Identity.Secrets;
using Causeway.Server.Configuration;
using Causeway.Server.Topology;

namespace Causeway.Server;

/// <summary>Why a server does not start, for whoever started it.</summary>
public static class StartProblem
{
    /// <summary>Null for what is no fault of settings, files or machine, but of the program.</summary>
    public static string? Of(Exception e) =>
        e switch
        {
            SettingsException or TopologyException or SecretException or IOException or UnauthorizedAccessException => e.Message,
            SocketException => $"the address of 'listen' cannot be listened on: {e.Message}",
            DbException or InvalidDataException => $"the database cannot be used: {Problem.Text(e)}",
            _ => null,
        };
}
