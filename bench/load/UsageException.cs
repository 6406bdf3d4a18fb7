namespace Causeway.Load;

/// <summary>Something a person can fix: a wrong option, a missing program. Printed without a stack trace.</summary>
internal sealed class UsageException(string message) : Exception(message);
