"""The ErrorCodes and ResultCodes of "Deleting Friends" and "Error Codes", with a sentence for each."""

from __future__ import annotations

from typing import Dict

PARAMETER_INCORRECT = 30001
ACCOUNT_DOES_NOT_EXIST = 30003
NOT_A_FRIEND = 31704
HTTP_PARSE_ERROR = 60002
JSON_PARSE_ERROR = 60003
URL_ACCOUNT_WRONG = 60004
URL_SIGNATURE_WRONG = 60005
SDK_APP_ID_INVALID = 60006
RESOURCE_WRONG = 60009
ADMINISTRATOR_NEEDED = 60010
OVER_QUOTA = 60011
SDK_APP_ID_MISSING = 60012
ACCOUNT_OF_WRONG_TYPE = 60015
USER_SIG_EXPIRED = 70001
USER_SIG_UNPARSABLE = 70003
USER_SIG_FORGED = 70009
USER_SIG_OF_ANOTHER_IDENTIFIER = 70013
USER_SIG_OF_ANOTHER_APP = 70014
SDK_APP_ID_UNKNOWN = 70020

_SENTENCES: Dict[int, str] = {
    30001: "a request parameter is incorrect",
    30002: "the SDKAppID does not match",
    30003: "the requested account does not exist",
    30004: "app administrator permission is needed",
    30006: "internal server error, try again",
    30007: "network timeout, try again later",
    30008: "write conflict from concurrent writes, try again",
    31704: "the account is not a friend",
    31707: "filtered by the security policy: deleting too often",
    60002: "HTTP parse error, check the URL",
    60003: "the request is not the JSON it should be",
    60004: "the account in the URL or the body is wrong",
    60005: "the signature in the URL or the body is wrong",
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
    70001: "the UserSig has expired",
    70003: "the UserSig cannot be parsed",
    70009: "the UserSig was generated with another key",
    70013: "the identifier and the UserSig do not match",
    70014: "the SDKAppID and the UserSig do not match",
    70016: "the app has no key",
    70020: "there is no such SDKAppID",
    70050: "verification failed too often, wait a minute",
    70051: "the account is on the blocklist",
    70107: "the account has not been imported",
}


def describe(code: int) -> str:
    return _SENTENCES.get(code, f"error {code}")
