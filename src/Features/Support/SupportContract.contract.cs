using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Support;

/// <summary>The wire form of tickets, and of the files that come with them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ListBody<SupportServiceBody>))]
[JsonSerializable(typeof(ListBody<ProblemClassificationBody>))]
[JsonSerializable(typeof(SupportTicketBody))]
[JsonSerializable(typeof(SupportTicketChangeBody))]
[JsonSerializable(typeof(CommunicationBody))]
[JsonSerializable(typeof(NameQuestionBody))]
[JsonSerializable(typeof(NameAnswerBody))]
[JsonSerializable(typeof(AcceptanceBody))]
[JsonSerializable(typeof(RejectionBody))]
[JsonSerializable(typeof(FileWorkspaceBody))]
[JsonSerializable(typeof(FileBody))]
[JsonSerializable(typeof(ChunkBody))]
[JsonSerializable(typeof(ChunkQuestionBody))]
public sealed partial class SupportContract : JsonSerializerContext;
