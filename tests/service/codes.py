"""The ErrorCodes and ResultCodes of "Deleting Friends" and "Error Codes", with a sentence for each."""

from __future__ import annotations

from typing import Dict

PARAMETER_INCORRECT = 30001
ACCOUNT_DOES_NOT_EXIST = 30003
WRITE_CONFLICT = 30008
NOT_A_FRIEND = 31704
SECURITY_POLICY = 31707
HTTP_PARSE_ERROR = 60002
JSON_PARSE_ERROR = 60003
SDK_APP_ID_INVALID = 60006
RESOURCE_WRONG = 60009
ADMINISTRATOR_NEEDED = 60010
OVER_QUOTA = 60011
SDK_APP_ID_MISSING = 60012
ACCOUNT_OF_WRONG_TYPE = 60015
PARAMETER_MISSING = 60025
USER_SIG_EXPIRED = 70001
USER_SIG_EMPTY = 70002
USER_SIG_UNPARSABLE = 70003
USER_SIG_FORGED = 70009
USER_SIG_OF_ANOTHER_IDENTIFIER = 70013
USER_SIG_OF_ANOTHER_APP = 70014
SDK_APP_ID_UNKNOWN = 70020

# The service says that it lost track of the call: it may have acted or not.
LOST_TRACK = (30006, 30007, 60008, 60013, 60014, 70169, 70500)
# The service refused the call before it acted, because there are too many.
THROTTLED = (60007, 60011, 60018, 60019)

# Those of the app itself, which its before-event webhooks give.
APP_CODES = range(38000, 39001)

SENTENCES: Dict[int, str] = {
    30001: "a request parameter is incorrect",
    30002: "the SDKAppID does not match, or the account is illegal",
    30003: "the requested account does not exist",
    30004: "app administrator permission is needed",
    30006: "internal server error, try again",
    30007: "network timeout, try again later",
    30008: "write conflict from concurrent writes, try again",
    31704: "the account is not a friend",
    31707: "filtered by the security policy: deleting too often",
    60002: "HTTP parse error, check the URL",
    60003: "the request is not the JSON it should be",
    60004: "the account could not be checked, try again later",
    60005: "the signature could not be checked, try again later",
    60006: "the SDKAppID is invalid",
    60007: "the REST call frequency is over the limit",
    60008: "the service timed out or the HTTP request is bad",
    60009: "wrong resource, check the URL",
    60010: "app administrator permission is needed",
    60011: "the request frequency of the SDKAppID is over the limit",
    60012: "the SDKAppID is missing from the URL",
    60013: "the response is not the JSON it should be",
    60014: "the account exchange timed out",
    60015: "an account in the body is not a string",
    60016: "the SDKAppID is disabled",
    60017: "the request is disabled",
    60018: "too many requests, retry later",
    60019: "too many requests, retry later",
    60020: "the paid package has expired",
    60021: "the IP address of the caller is not allowed",
    60025: "the SDKAppID, identifier, UserSig or contenttype is wrong or missing",
    60026: "the host is not that of the app's data centre",
    60027: "the product type is not the one of this interface",
    60028: "the volume of the trial package for 24 hours is used up",
    70001: "the UserSig has expired",
    70002: "the UserSig is empty",
    70003: "the UserSig cannot be parsed",
    70005: "the UserSig is bad",
    70009: "the UserSig was generated with another key",
    70013: "the identifier and the UserSig do not match",
    70014: "the SDKAppID and the UserSig do not match",
    70016: "the app has no key",
    70020: "there is no such SDKAppID",
    70050: "verification failed too often, wait a minute",
    70051: "the account is on the blocklist",
    70052: "the UserSig has expired",
    70107: "the account has not been imported",
    70114: "a security restriction",
    70169: "the service timed out, try again later",
    70206: "the number of accounts in the batch is wrong",
    70398: "the quota of accounts is used up",
    70399: "the account must not be imported again",
    70402: "a parameter is bad",
    70403: "app administrator permission is needed",
    70404: "the SDK is too old",
    70500: "internal error of the service, try again later",
    71000: "the account must not be deleted",
    72000: "the quota of daily or monthly users is used up",
    72001: "the feature is off",
    72002: "the quota of daily or monthly users is used up",
    80005: "the service is deactivated",
}


class Refused(Exception):
    """The call is refused with `code`; `info` is the ErrorInfo."""

    def __init__(self, code: int, info: str = "") -> None:
        super().__init__(code, info)
        self.code = code
        self.info = info or describe(code)


def describe(code: int) -> str:
    if code in APP_CODES:
        return "refused by the app's own webhook"
    return SENTENCES.get(code, f"error {code}")
