namespace Causeway.Engine.Templates;

/// <summary>
/// A conversation that a chat template does not render: the template says no (<see cref="IsRefusal"/>: the message is what it said, such as "roles
/// must alternate"), it asks for what is not there, or rendering outgrew its bounds. The message gives the place in the template as line:column.
/// </summary>
public sealed class ChatTemplateException : Exception
{
    public ChatTemplateException(string message, bool isRefusal)
        : base(message) => IsRefusal = isRefusal;

    /// <summary>Whether the template itself called <c>raise_exception</c>: the conversation is at fault, and its author can be told.</summary>
    public bool IsRefusal { get; }
}
